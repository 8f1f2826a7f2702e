"""What the gateway itself asks directory, in its own name: issuers, who a subject is, who still stands."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import grpc
import grpc.aio
from common.grpc_client import READ_DEADLINE
from common.grpc_server import IDENTITY_HEADER, KEY_HEADER
from common.identity import Identity, TokenMint
from common.ids import stable_id
from tandem.directory.v1 import identity_pb2 as pb

from gateway.issuers import ALGORITHMS, Issuer
from gateway.refusals import UnknownPerson
from gateway.tokens import AccessToken

if TYPE_CHECKING:
    from tandem.directory.v1.directory_service_pb2_grpc import DirectoryServiceAsyncStub

# The list of issuers is of all tenants, so it is asked for in none of them.
NO_TENANT = UUID(int=0)
_NOBODY = {grpc.StatusCode.NOT_FOUND, grpc.StatusCode.ALREADY_EXISTS, grpc.StatusCode.FAILED_PRECONDITION}


class Directory:
    """Directory, asked as `service:gateway`."""

    def __init__(self, stub: "DirectoryServiceAsyncStub", mint: TokenMint) -> None:
        self._stub = stub
        self._mint = mint

    async def list_issuers(self) -> Sequence[Issuer]:
        """Return the issuers of all tenants."""
        reply = await self._stub.ListIssuers(
            pb.ListIssuersRequest(), timeout=READ_DEADLINE, metadata=self._metadata(NO_TENANT)
        )
        return [
            Issuer(
                issuer=each.issuer,
                tenant_id=UUID(each.tenant_id),
                audience=each.audience,
                jwks_uri=each.jwks_uri,
                external_id_claim=each.external_id_claim,
                algorithms=tuple(each.algorithms) or ALGORITHMS,
                accepts_plain_jwt=each.accepts_plain_jwt,
            )
            for each in reply.issuers
        ]

    async def resolve(self, token: AccessToken) -> pb.Subject:
        """Return who the token's subject is; a person's first login binds the subject to them.

        Raises UnknownPerson where nobody, or nobody active, stands behind it.
        """
        tenant_id = token.issuer.tenant_id
        request = pb.ResolveSubjectRequest(
            issuer=token.issuer.issuer,
            subject=token.subject,
            client_id=token.client_id if token.is_machine else "",
        )
        try:
            reply = await self._stub.ResolveSubject(request, timeout=READ_DEADLINE, metadata=self._metadata(tenant_id))
        except grpc.aio.AioRpcError as failed:
            if failed.code() is not grpc.StatusCode.NOT_FOUND:
                raise
            return await self._bind(token)
        return reply.subject

    async def check_standing(self, identity: Identity) -> pb.CheckStandingResponse:
        """Return what the person holds at this moment."""
        return await self._stub.CheckStanding(
            pb.CheckStandingRequest(person_id=str(identity.person_id)),
            timeout=READ_DEADLINE,
            metadata=self._metadata(identity.tenant_id, identity.subject),
        )

    async def _bind(self, token: AccessToken) -> pb.Subject:
        if token.is_machine or not token.external_id:
            raise UnknownPerson
        issuer, subject = token.issuer, token.subject
        request = pb.BindSubjectRequest(issuer=issuer.issuer, subject=subject, external_id=token.external_id)
        key = str(stable_id("bind", issuer.issuer, subject, token.external_id))
        try:
            reply = await self._stub.BindSubject(
                request, timeout=READ_DEADLINE, metadata=self._metadata(issuer.tenant_id, key=key)
            )
        except grpc.aio.AioRpcError as failed:
            if failed.code() in _NOBODY:
                raise UnknownPerson from None
            raise
        return reply.subject

    def _metadata(self, tenant_id: UUID, actor: str | None = None, *, key: str = "") -> tuple[tuple[str, str], ...]:
        identity = Identity.of_service("gateway", tenant_id, actor)
        headers = {IDENTITY_HEADER: self._mint.mint(identity, datetime.now(UTC))}
        if key:
            headers[KEY_HEADER] = key
        return tuple(headers.items())
