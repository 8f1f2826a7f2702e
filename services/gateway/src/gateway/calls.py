"""A request as a route sees it. Its type says what the request must carry:

- Read: an access token
- Write: and an Idempotency-Key (made up where PUT, PATCH or DELETE come without one)
- Upload: the same, with a file as its body
- Change: and the version in If-Match
- Put: or `If-None-Match: *` in its place, where the thing does not exist yet (then the version is 0)
- VouchedWrite, VouchedChange: and a person whose standing directory confirmed a moment ago, to sign, export, grant
"""

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import grpc.aio
from common.errors import AppError
from common.grpc_client import READ_DEADLINE, WRITE_DEADLINE
from common.grpc_server import IDENTITY_HEADER, KEY_HEADER, LOCALE_HEADER, REPLAYED_TRAILER
from common.identity import Identity
from common.signer import seal_signer_name
from common.timestamps import from_timestamp
from fastapi import Depends, Request
from google.protobuf.message import Message

from gateway.clients import bound
from gateway.edge import Edge
from gateway.exchange import Exchange
from gateway.headers import check_media_type, idempotency_key, if_match, if_match_or_new
from gateway.locales import locale_of
from gateway.refusals import PersonRequired, UnknownPerson
from gateway.sessions import Session, grants_of, with_standing

if TYPE_CHECKING:
    from tandem.common.v1.operations_pb2_grpc import OperationsServiceAsyncStub
    from tandem.directory.v1.directory_service_pb2_grpc import DirectoryServiceAsyncStub
    from tandem.interview_record.v1.interview_record_service_pb2_grpc import InterviewRecordServiceAsyncStub
    from tandem.metrics.v1.metrics_service_pb2_grpc import MetricsServiceAsyncStub
    from tandem.notification.v1.notification_service_pb2_grpc import NotificationServiceAsyncStub
    from tandem.plan_tracking.v1.plan_tracking_service_pb2_grpc import PlanTrackingServiceAsyncStub
    from tandem.scheduling.v1.scheduling_service_pb2_grpc import SchedulingServiceAsyncStub

C = TypeVar("C", bound="ReadCall")


class ReadCall:
    """A request that changes nothing; `directory`, `scheduling`, ... are the services, called as the caller."""

    budget = READ_DEADLINE
    needs_key = False
    needs_version = False
    may_be_new = False

    def __init__(self, request: Request, edge: Edge, session: Session) -> None:
        self.request = request
        self.edge = edge
        self.identity = session.identity
        self.locale = locale_of(request.headers, session.identity.locale)
        self.key = ""
        self.version = 0
        self.replayed = False
        self._token = session.internal_token(datetime.now(UTC))
        self._deadline = time.monotonic() + self.budget

    @property
    def directory(self) -> "DirectoryServiceAsyncStub":
        """People, units, grants."""
        return bound(self.edge.stubs.directory, self.send)

    @property
    def scheduling(self) -> "SchedulingServiceAsyncStub":
        """Calendars, slots, bookings."""
        return bound(self.edge.stubs.scheduling, self.send)

    @property
    def interview_record(self) -> "InterviewRecordServiceAsyncStub":
        """Playbooks, facts, cycles, interviews, archive."""
        return bound(self.edge.stubs.interview_record, self.send)

    @property
    def plan_tracking(self) -> "PlanTrackingServiceAsyncStub":
        """Plans, signatures, check-ins, blockers, reviews."""
        return bound(self.edge.stubs.plan_tracking, self.send)

    @property
    def notification(self) -> "NotificationServiceAsyncStub":
        """Messages, preferences, deliveries."""
        return bound(self.edge.stubs.notification, self.send)

    @property
    def metrics(self) -> "MetricsServiceAsyncStub":
        """Ledger, open steps, rates."""
        return bound(self.edge.stubs.metrics, self.send)

    def operations(self, service: str) -> "OperationsServiceAsyncStub":
        """Return the operations of one service; KeyError for a service that is none."""
        return bound(self.edge.stubs.operations[service], self.send)

    async def send(self, method: "grpc.aio.UnaryUnaryMultiCallable[Any, Any]", request: Message) -> Any:
        """Send one request under this call's identity, key, language and what is left of its time."""
        rpc = method(request, timeout=max(0.05, self._deadline - time.monotonic()), metadata=self._metadata())
        reply = await rpc
        if self.key and not self.replayed:
            self.replayed = any(name == REPLAYED_TRAILER for name, _ in await rpc.trailing_metadata())
        return reply

    def act_as(self, identity: Identity) -> None:
        """Send what follows under this identity."""
        self.identity = identity
        self._token = self.edge.mint.mint(identity, datetime.now(UTC))

    async def renew(self) -> bool:
        """Take a fresh identity and deadline for a stream that goes on; False once the token no longer holds."""
        try:
            session = await self.edge.authenticate(self.request)
        except AppError:
            return False
        self.identity, self._token = session.identity, session.internal_token(datetime.now(UTC))
        self._deadline = time.monotonic() + self.budget
        return True

    def _metadata(self) -> tuple[tuple[str, str], ...]:
        headers = {IDENTITY_HEADER: self._token, LOCALE_HEADER: self.locale}
        if self.key:
            headers[KEY_HEADER] = self.key
        return tuple(headers.items())


class WriteCall(ReadCall):
    """A request that changes something; sent again with its `key` it answers the same and changes nothing more."""

    budget = WRITE_DEADLINE
    needs_key = True
    reads_json = True

    def __init__(self, request: Request, edge: Edge, session: Session) -> None:
        super().__init__(request, edge, session)
        if self.reads_json:
            check_media_type(request)
        self.key = idempotency_key(request)


class UploadCall(WriteCall):
    """A write whose body is a file."""

    reads_json = False


class ChangeCall(WriteCall):
    """A change of something that exists; `version` is the one the caller read."""

    needs_version = True

    def __init__(self, request: Request, edge: Edge, session: Session) -> None:
        super().__init__(request, edge, session)
        self.version = if_match_or_new(request) if self.may_be_new else if_match(request)


class PutCall(ChangeCall):
    """A change of something that may not exist yet: then `version` is 0."""

    may_be_new = True


async def _open(kind: type[C], request: Request) -> C:
    edge = Edge.of(request)
    session = await edge.authenticate(request)
    exchange = Exchange.of(request.scope)
    exchange.tenant_id = str(session.identity.tenant_id)
    exchange.locale = locale_of(request.headers, session.identity.locale)
    return kind(request, edge, session)


async def open_read(request: Request) -> ReadCall:
    """Authenticate a read."""
    return await _open(ReadCall, request)


async def open_write(request: Request) -> WriteCall:
    """Authenticate a write and take its key."""
    return await _open(WriteCall, request)


async def open_upload(request: Request) -> UploadCall:
    """Authenticate an upload and take its key."""
    return await _open(UploadCall, request)


async def open_change(request: Request) -> ChangeCall:
    """Authenticate a change and take its key and version."""
    return await _open(ChangeCall, request)


async def open_put(request: Request) -> PutCall:
    """Authenticate a change, or the making, of something that the caller names."""
    return await _open(PutCall, request)


async def open_vouched_write(request: Request) -> WriteCall:
    """Open a write by a person who stands as directory says at this moment."""
    return await _vouch(await _open(WriteCall, request))


async def open_vouched_change(request: Request) -> ChangeCall:
    """Open a change by a person who stands as directory says at this moment."""
    return await _vouch(await _open(ChangeCall, request))


async def _vouch(call: C) -> C:
    identity, edge = call.identity, call.edge
    if identity.person_id is None:
        raise PersonRequired
    standing = await edge.directory.check_standing(identity)
    if not standing.active:
        raise UnknownPerson
    name = seal_signer_name(edge.master_keys, identity.tenant_id, identity.person_id, standing.name)
    checked_at = from_timestamp(standing.checked_at)
    call.act_as(with_standing(identity, grants_of(standing.grants), checked_at, name))
    return call


Read = Annotated[ReadCall, Depends(open_read)]
Write = Annotated[WriteCall, Depends(open_write)]
Upload = Annotated[UploadCall, Depends(open_upload)]
Change = Annotated[ChangeCall, Depends(open_change)]
Put = Annotated[PutCall, Depends(open_put)]
VouchedWrite = Annotated[WriteCall, Depends(open_vouched_write)]
VouchedChange = Annotated[ChangeCall, Depends(open_vouched_change)]

KIND_OF: dict[object, type[ReadCall]] = {
    open_read: ReadCall,
    open_write: WriteCall,
    open_upload: UploadCall,
    open_change: ChangeCall,
    open_put: PutCall,
    open_vouched_write: WriteCall,
    open_vouched_change: ChangeCall,
}
