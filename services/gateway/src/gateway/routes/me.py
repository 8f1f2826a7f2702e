"""The caller: who they are, what they hold, what waits for them."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import grpc.aio
from tandem.directory.v1 import person_pb2, tenant_pb2
from tandem.metrics.v1 import open_step_pb2
from tandem.notification.v1 import message_pb2

from gateway.calls import Read, ReadCall
from gateway.resource import Resource
from gateway.schemas.me import GrantOut, MeOut, OpenWork, TenantOut

me = Resource("me", "Me")
T = TypeVar("T")


@me.get("")
async def get_me(call: Read) -> MeOut:
    """Who is calling, with roles and open work; the first request of a portal."""
    tenant, person, manages, work = await asyncio.gather(_tenant(call), _person(call), _manages(call), _open_work(call))
    identity = call.identity
    return MeOut(
        kind=identity.kind,
        person_id=identity.person_id,
        name=person.name if person else None,
        locale=identity.locale,
        time_zone=person.time_zone if person else None,
        tenant=tenant,
        grants=[GrantOut.of(grant) for grant in identity.grants],
        is_manager=manages,
        scopes=sorted(identity.scopes),
        auth_time=identity.auth_time,
        open=work,
    )


async def _tenant(call: ReadCall) -> TenantOut:
    tenant = (await call.directory.GetTenant(tenant_pb2.GetTenantRequest())).tenant
    return TenantOut(
        id=call.identity.tenant_id,
        name=tenant.name,
        demo=tenant.demo,
        default_locale=tenant.default_locale,
        default_time_zone=tenant.default_time_zone,
    )


async def _person(call: ReadCall) -> person_pb2.Person | None:
    if call.identity.person_id is None:
        return None
    return (await call.directory.GetPerson(person_pb2.GetPersonRequest(person_id=str(call.identity.person_id)))).person


async def _manages(call: ReadCall) -> bool:
    if call.identity.person_id is None:
        return False
    request = person_pb2.ListPeopleRequest(manager_id=str(call.identity.person_id), page_size=1)
    return len((await call.directory.ListPeople(request)).people) > 0


async def _open_work(call: ReadCall) -> OpenWork:
    person_id = call.identity.person_id
    if person_id is None:
        return OpenWork(overdue=None, due_today=None, due_within_a_week=None, later=None, unread_messages=None)
    mine = open_step_pb2.CountOpenStepsRequest(responsible_person_id=str(person_id))
    steps, unread = await asyncio.gather(
        _unless_away(call.metrics.CountOpenSteps(mine)),
        _unless_away(call.notification.CountUnread(message_pb2.CountUnreadRequest())),
    )
    return OpenWork(
        overdue=steps.total.overdue if steps else None,
        due_today=steps.total.due_today if steps else None,
        due_within_a_week=steps.total.due_within_a_week if steps else None,
        later=steps.total.later if steps else None,
        unread_messages=unread.unread if unread else None,
    )


async def _unless_away(reply: Awaitable[T]) -> T | None:
    """Return the reply, or None: a counter that does not answer must not keep anyone out."""
    try:
        return await reply
    except grpc.aio.AioRpcError:
        return None
