"""The gateway's app over a neighbour that stands in for the services: real gRPC, real interceptor, people in a dict."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import grpc.aio
import httpx2
import pytest
from common.blobs import Blobs
from common.call import current_call
from common.errors import IdempotencyKeyReused, NotFound, NotYetVisible, Replayed, VersionMismatch
from common.grpc_server import CallInterceptor, once
from common.grpc_telemetry import ClientTelemetry, ServerTelemetry
from common.identity import TokenMint, TokenVerifier
from common.ids import new_id
from common.sealed import KeyFile, MasterKeys
from common.signing_key import SigningKey, new_signing_pem
from common.timestamps import to_timestamp
from gateway.app import create_app
from gateway.clients import Stubs
from gateway.directory import Directory
from gateway.edge import Edge
from gateway.files import Files
from gateway.issuers import Issuers
from gateway.live import Hints
from gateway.sessions import Sessions
from gateway.tokens import AccessTokens
from tandem.common.v1 import operations_pb2
from tandem.common.v1.operations_pb2_grpc import OperationsServiceServicer, add_OperationsServiceServicer_to_server
from tandem.directory.v1 import facts_pb2, identity_pb2, person_lookup_pb2, person_pb2, tenant_pb2
from tandem.directory.v1.directory_service_pb2_grpc import (
    DirectoryServiceServicer,
    add_DirectoryServiceServicer_to_server,
)

TENANT = UUID("01935d3a-7c1e-7b52-9d58-0c8f4a1b2c3d")
ME = UUID("01935d3a-7c1e-7b52-9d58-0c8f4a1b0001")
UNIT = UUID("01935d3a-7c1e-7b52-9d58-0c8f4a1b0002")


@dataclass
class Neighbour(DirectoryServiceServicer, OperationsServiceServicer):
    """Directory and operations as far as these tests need them."""

    people: dict[str, person_pb2.Person] = field(default_factory=dict)
    operations: dict[str, operations_pb2.Operation] = field(default_factory=dict)
    bound: dict[str, str] = field(default_factory=dict)
    by_external_id: dict[str, str] = field(default_factory=lambda: {"E1001": str(ME)})
    keys: dict[str, tuple[bytes, UUID]] = field(default_factory=dict)
    grants: list[facts_pb2.GrantFacts] = field(default_factory=list)
    active: bool = True
    locale: str = "zh-CN"
    asked: int = 0
    raises: BaseException | None = None
    seen: list[Any] = field(default_factory=list)

    def add(self, name: str, **facts: Any) -> person_pb2.Person:
        """Add a person."""
        person = person_pb2.Person(
            id=str(new_id()), name=name, unit_id=str(UNIT), active=True, version=1, locale="en", **facts
        )
        self.people[person.id] = person
        return person

    async def ResolveSubject(self, request: Any, context: Any) -> identity_pb2.ResolveSubjectResponse:
        """Answer who is bound."""
        self.asked += 1
        if request.client_id:
            return self._subject(machine_client_id=request.client_id, scopes=["read", "people:write"])
        if request.subject not in self.bound:
            raise NotFound(resource="subject", id=request.subject)
        return self._subject(person_id=self.bound[request.subject])

    async def BindSubject(self, request: Any, context: Any) -> identity_pb2.BindSubjectResponse:
        """Bind by external id."""
        if request.external_id not in self.by_external_id:
            raise NotFound(resource="person", id=request.external_id)
        self.bound[request.subject] = self.by_external_id[request.external_id]
        return identity_pb2.BindSubjectResponse(subject=self._subject(person_id=self.bound[request.subject]).subject)

    def _subject(self, **facts: Any) -> identity_pb2.ResolveSubjectResponse:
        subject = identity_pb2.Subject(
            tenant_id=str(TENANT), active=self.active, locale=self.locale, grants=self.grants, **facts
        )
        return identity_pb2.ResolveSubjectResponse(subject=subject)

    async def CheckStanding(self, request: Any, context: Any) -> identity_pb2.CheckStandingResponse:
        """Answer the standing of this moment."""
        now = to_timestamp(datetime.now(UTC))
        return identity_pb2.CheckStandingResponse(active=self.active, name="李雷", checked_at=now, grants=self.grants)

    async def GetTenant(self, request: Any, context: Any) -> tenant_pb2.GetTenantResponse:
        """Answer the tenant."""
        return tenant_pb2.GetTenantResponse(tenant=tenant_pb2.Tenant(id=str(TENANT), name="Acme"))

    async def ListPeople(self, request: Any, context: Any) -> person_pb2.ListPeopleResponse:
        """List everyone."""
        if self.raises:
            raise self.raises
        found = [each for each in self.people.values() if request.manager_id in ("", each.manager_id)]
        return person_pb2.ListPeopleResponse(people=found, next_page_token="more" if request.page_size == 1 else "")

    async def GetPerson(self, request: Any, context: Any) -> person_pb2.GetPersonResponse:
        """Answer one person."""
        self.seen.append(current_call())
        if self.raises:
            raise self.raises
        return person_pb2.GetPersonResponse(person=self._get(request.person_id))

    async def CreatePerson(self, request: Any, context: Any) -> person_pb2.CreatePersonResponse:
        """Create one person per key."""
        if self.raises:
            raise self.raises
        person_id = await once(self._create(request))
        return person_pb2.CreatePersonResponse(person=self._get(str(person_id)))

    async def _create(self, request: Any) -> UUID:
        call = current_call()
        if known := self.keys.get(call.idempotency_key or ""):
            raise Replayed(known[1]) if known[0] == call.fingerprint else IdempotencyKeyReused()
        person = self.add(request.name, external_id=request.external_id, manager_id=request.manager_id)
        self.keys[call.idempotency_key or ""] = (call.fingerprint, UUID(person.id))
        return UUID(person.id)

    async def UpdatePerson(self, request: Any, context: Any) -> person_pb2.UpdatePersonResponse:
        """Change the version it was meant for."""
        person = self._get(request.person_id)
        if person.version != request.expected_version:
            raise VersionMismatch(resource="person")
        person.version += 1
        person.name = request.name
        return person_pb2.UpdatePersonResponse(person=person)

    async def RecordLeaving(self, request: Any, context: Any) -> person_pb2.RecordLeavingResponse:
        """Say that the person has not arrived."""
        raise NotYetVisible(resource="person", id=request.person_id)

    async def ResolveNames(self, request: Any, context: Any) -> person_lookup_pb2.ResolveNamesResponse:
        """Answer names in a batch."""
        self.asked += 1
        names = [
            person_lookup_pb2.PersonName(person_id=each, name=self.people[each].name)
            for each in request.person_ids
            if each in self.people
        ]
        return person_lookup_pb2.ResolveNamesResponse(names=names)

    def _get(self, person_id: str) -> person_pb2.Person:
        if person_id not in self.people:
            raise NotFound(resource="person", id=person_id)
        return self.people[person_id]

    async def GetOperation(self, request: Any, context: Any) -> operations_pb2.GetOperationResponse:
        """Answer an operation, which goes on by one item each time it is asked for."""
        if request.operation_id not in self.operations:
            raise NotFound(resource="operation", id=request.operation_id)
        operation = self.operations[request.operation_id]
        answer = operations_pb2.GetOperationResponse(operation=operation)
        operation.done = min(operation.done + 1, operation.total)
        if operation.done == operation.total:
            operation.state = operations_pb2.OPERATION_STATE_SUCCEEDED
        return answer

    async def ListOperations(self, request: Any, context: Any) -> operations_pb2.ListOperationsResponse:
        """List the operations of the kind and in the state asked for, newest first."""
        found = [
            each
            for each in reversed(self.operations.values())
            if request.kind in ("", each.kind) and request.state in (0, each.state)
        ]
        return operations_pb2.ListOperationsResponse(operations=found, next_page_token="more")


@pytest.fixture
def neighbour() -> Neighbour:
    """A neighbour with one person: the caller."""
    made = Neighbour()
    made.people[str(ME)] = person_pb2.Person(
        id=str(ME), name="李雷", unit_id=str(UNIT), active=True, version=3, locale="zh-CN", external_id="E1001"
    )
    return made


@pytest.fixture
async def edge(neighbour: Neighbour, issuers: Issuers, tokens: AccessTokens, tmp_path: Path) -> AsyncIterator[Edge]:
    """The gateway's objects, connected to the neighbour."""
    key = SigningKey.of_pem("gateway", new_signing_pem())
    trust = tmp_path / "trust.json"
    trust.write_text(json.dumps({"keys": [key.public]}))
    KeyFile.create(tmp_path / "master.json")
    server = grpc.aio.server(interceptors=[ServerTelemetry(), CallInterceptor("directory", TokenVerifier(trust))])
    add_DirectoryServiceServicer_to_server(neighbour, server)
    add_OperationsServiceServicer_to_server(neighbour, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    telemetry = [ClientTelemetry("directory")]
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}", interceptors=telemetry) as channel:
        mint = TokenMint("gateway", lambda: key)
        stubs = Stubs(lambda _: channel)
        directory = Directory(stubs.directory, mint)
        sessions = Sessions(directory.resolve, mint)
        keys = MasterKeys.load(tmp_path / "master.json")
        files = Files(Blobs.open(str(tmp_path / "blobs")), keys)
        yield Edge(issuers, tokens, sessions, directory, stubs, mint, keys, files, Hints())
    await server.stop(None)


@pytest.fixture
async def api(edge: Edge, provider: Any) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the API with a good token of `ME`."""
    transport = httpx2.ASGITransport(create_app(edge), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {provider.token()}"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://api", headers=headers) as client:
        yield client
