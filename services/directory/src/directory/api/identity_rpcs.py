"""RPCs about logins: issuers, subjects, standing, machine clients; most of them for the gateway alone."""

from collections.abc import Sequence
from uuid import UUID

from common.call import current_call
from common.database import Database, Reader
from common.errors import Forbidden
from common.grpc_server import Context, once
from common.identity import Identity
from common.pagination import PageTokens
from common.timestamps import to_timestamp
from sqlalchemy import select
from tandem.directory.v1 import identity_pb2 as pb

from directory import events
from directory.api import mapping
from directory.domain.errors import UnknownSubject
from directory.storage.queries import POLICY, find, grants_of, issuers, list_machine_clients
from directory.storage.tables import BindingRow, IssuerRow, MachineClientRow, PersonRow, TenantRecordRow
from directory.use_cases.bind_subject import bind_subject
from directory.use_cases.register_machine_client import register_machine_client
from directory.use_cases.revoke_machine_client import revoke_machine_client


class IdentityRpcs:
    """Serves issuers, subjects and machine clients."""

    database: Database
    page_tokens: PageTokens

    async def ListIssuers(self, request: pb.ListIssuersRequest, context: Context) -> pb.ListIssuersResponse:
        """List the issuers of all tenants."""
        identity = current_call().identity
        POLICY.require(identity, "identity.resolve")
        async with self.database.read(identity) as reader:
            return pb.ListIssuersResponse(issuers=[mapping.issuer(row) for row in await issuers(reader)])

    async def ResolveSubject(self, request: pb.ResolveSubjectRequest, context: Context) -> pb.ResolveSubjectResponse:
        """Answer who an issuer's subject is; the tenant is the issuer's, whatever the caller says."""
        caller = current_call().identity
        POLICY.require(caller, "identity.resolve")
        tenant_id = await self._tenant_of(caller, request.issuer)
        async with self.database.read(Identity.of_service("gateway", tenant_id)) as reader:
            bound = await reader.session.get(BindingRow, (tenant_id, request.issuer, request.subject))
            if bound is not None:
                return pb.ResolveSubjectResponse(subject=await _person_subject(reader, bound.person_id))
            machine = await reader.session.scalar(
                select(MachineClientRow).where(
                    MachineClientRow.tenant_id == tenant_id,
                    MachineClientRow.issuer == request.issuer,
                    MachineClientRow.client_id == (request.client_id or request.subject),
                    MachineClientRow.revoked_at.is_(None),
                )
            )
            # A person's token names its client too; only a token given to the client itself is the machine's.
            if machine is None or request.subject != machine.client_id:
                raise UnknownSubject
            tenant = await find(reader, TenantRecordRow, tenant_id, "tenant")
            subject = pb.Subject(
                tenant_id=str(tenant_id),
                machine_client_id=str(machine.id),
                scopes=machine.scopes,
                locale=tenant.default_locale,
                time_zone=tenant.default_time_zone,
                active=True,
            )
            return pb.ResolveSubjectResponse(subject=subject)

    async def BindSubject(self, request: pb.BindSubjectRequest, context: Context) -> pb.BindSubjectResponse:
        """Bind a login to a person."""
        call = current_call()
        POLICY.require(call.identity, "identity.resolve")
        if await self._tenant_of(call.identity, request.issuer) != call.identity.tenant_id:
            raise Forbidden(action="bind_subject")
        person_id = await once(bind_subject(self.database, call, request.issuer, request.subject, request.external_id))
        async with self.database.read(call.identity) as reader:
            return pb.BindSubjectResponse(subject=await _person_subject(reader, person_id))

    async def CheckStanding(self, request: pb.CheckStandingRequest, context: Context) -> pb.CheckStandingResponse:
        """Answer what a person holds now."""
        identity = current_call().identity
        POLICY.require(identity, "identity.resolve")
        person_id = UUID(request.person_id)
        async with self.database.read(identity) as reader:
            person = await find(reader, PersonRow, person_id, "person")
            return pb.CheckStandingResponse(
                active=person.active,
                grants=[events.grant_facts(each) for each in await grants_of(reader, person_id)],
                name=person.name,
                checked_at=to_timestamp(self.database.clock.system()),
            )

    async def RegisterMachineClient(
        self, request: pb.RegisterMachineClientRequest, context: Context
    ) -> pb.RegisterMachineClientResponse:
        """Let a program call with scopes."""
        call = current_call()
        client_id = await once(
            register_machine_client(
                self.database, call, request.issuer, request.client_id, request.label, list(request.scopes)
            )
        )
        return pb.RegisterMachineClientResponse(machine_client=await self._machine_client(client_id))

    async def RevokeMachineClient(
        self, request: pb.RevokeMachineClientRequest, context: Context
    ) -> pb.RevokeMachineClientResponse:
        """End a machine client."""
        call = current_call()
        client_id = await once(
            revoke_machine_client(self.database, call, UUID(request.machine_client_id), request.expected_version)
        )
        return pb.RevokeMachineClientResponse(machine_client=await self._machine_client(client_id))

    async def ListMachineClients(
        self, request: pb.ListMachineClientsRequest, context: Context
    ) -> pb.ListMachineClientsResponse:
        """List machine clients."""
        identity = current_call().identity
        POLICY.require(identity, "machine_client.read")
        page = self.page_tokens.open(
            request.page_size,
            request.page_token,
            identity=identity,
            now=self.database.clock.system(),
            question="machine_clients",
        )
        async with self.database.read(identity) as reader:
            rows, token = await list_machine_clients(reader, page)
        return pb.ListMachineClientsResponse(
            machine_clients=[mapping.machine_client(row) for row in rows], next_page_token=token
        )

    async def _machine_client(self, client_id: UUID) -> pb.MachineClient:
        async with self.database.read(current_call().identity) as reader:
            return mapping.machine_client(await find(reader, MachineClientRow, client_id, "machine_client"))

    async def _tenant_of(self, caller: Identity, issuer: str) -> UUID:
        async with self.database.read(caller) as reader:
            found: Sequence[UUID] = (
                await reader.session.scalars(select(IssuerRow.tenant_id).where(IssuerRow.issuer == issuer))
            ).all()
        if not found:
            raise UnknownSubject
        return found[0]


async def _person_subject(reader: Reader, person_id: UUID) -> pb.Subject:
    person = await find(reader, PersonRow, person_id, "person")
    return pb.Subject(
        tenant_id=str(person.tenant_id),
        person_id=str(person.id),
        grants=[events.grant_facts(each) for each in await grants_of(reader, person_id)],
        locale=person.locale,
        time_zone=person.time_zone,
        active=person.active,
    )
