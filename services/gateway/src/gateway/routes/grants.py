"""Grants: who holds which role where; and the programs that may call."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from tandem.directory.v1 import facts_pb2, identity_pb2
from tandem.directory.v1 import grant_pb2 as pb

from gateway.calls import Read, ReadCall, VouchedChange, VouchedWrite
from gateway.names import names_for
from gateway.resource import Resource
from gateway.schemas.fields import id_text, number
from gateway.schemas.grants import GrantOut, GrantsQuery, MachineClientOut, NewGrant, NewMachineClient
from gateway.schemas.model import Page, PageQuery

grants = Resource("grants", "Grants")
machine_clients = Resource("machine-clients", "Grants")


@grants.get("")
async def list_grants(call: Read, query: Annotated[GrantsQuery, Query()]) -> Page[GrantOut]:
    """The roles that people hold."""
    reply = await call.directory.ListGrants(
        pb.ListGrantsRequest(
            person_id=id_text(query.person_id),
            role=number(facts_pb2.Role, query.role),
            unit_id=id_text(query.unit_id),
            include_revoked=query.include_revoked,
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    names = await names_for(call, (grant.person_id for grant in reply.grants))
    return Page.of([GrantOut.of(grant, names) for grant in reply.grants], reply.next_page_token)


@grants.post("", status_code=201)
async def create_grant(grant: NewGrant, call: VouchedWrite) -> GrantOut:
    """Give a person a role over a unit and all under it.

    403 `OWN_GRANT`: to yourself. 409 `GRANT_EXISTS`. 409 `PERSON_INACTIVE`.
    """
    reply = await call.directory.CreateGrant(
        pb.CreateGrantRequest(
            person_id=str(grant.person_id), role=number(facts_pb2.Role, grant.role), unit_id=id_text(grant.unit_id)
        )
    )
    return await _grant_out(call, reply.grant)


@grants.post("/{id}:revoke")
async def revoke_grant(id: UUID, call: VouchedChange) -> GrantOut:
    """Take a role back. 409 `LAST_ADMIN`: nobody would administer the tenant."""
    reply = await call.directory.RevokeGrant(pb.RevokeGrantRequest(grant_id=str(id), expected_version=call.version))
    return await _grant_out(call, reply.grant)


@machine_clients.get("")
async def list_machine_clients(call: Read, query: Annotated[PageQuery, Query()]) -> Page[MachineClientOut]:
    """The programs that may call by client credentials."""
    request = identity_pb2.ListMachineClientsRequest(page_size=query.page_size, page_token=query.page_token)
    reply = await call.directory.ListMachineClients(request)
    return Page.of(map(MachineClientOut.of, reply.machine_clients), reply.next_page_token)


@machine_clients.post("", status_code=201)
async def register_machine_client(client: NewMachineClient, call: VouchedWrite) -> MachineClientOut:
    """Let a client of the issuer call with scopes. 409 `CLIENT_ALREADY_REGISTERED`."""
    request = identity_pb2.RegisterMachineClientRequest(**client.model_dump())
    return MachineClientOut.of((await call.directory.RegisterMachineClient(request)).machine_client)


@machine_clients.post("/{id}:revoke")
async def revoke_machine_client(id: UUID, call: VouchedChange) -> MachineClientOut:
    """End a machine client."""
    request = identity_pb2.RevokeMachineClientRequest(machine_client_id=str(id), expected_version=call.version)
    return MachineClientOut.of((await call.directory.RevokeMachineClient(request)).machine_client)


async def _grant_out(call: ReadCall, grant: pb.Grant) -> GrantOut:
    return GrantOut.of(grant, await names_for(call, [grant.person_id]))
