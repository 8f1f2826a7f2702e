"""Blockers: raised, resolved, escalated."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from fastapi import Query
from tandem.plan_tracking.v1 import blocker_pb2 as pb
from tandem.plan_tracking.v1 import facts_pb2 as facts

from gateway.calls import Change, Read, ReadCall, Write
from gateway.names import names_for
from gateway.resource import Resource
from gateway.schemas.blockers import BlockerOut, BlockersQuery, NewBlocker, Resolution
from gateway.schemas.fields import day_text, id_text, number
from gateway.schemas.model import Page

blockers = Resource("blockers", "Blockers")


@blockers.get("")
async def list_blockers(call: Read, query: Annotated[BlockersQuery, Query()]) -> Page[BlockerOut]:
    """The blockers that you may see, by deadline."""
    reply = await call.plan_tracking.ListBlockers(
        pb.ListBlockersRequest(
            plan_id=id_text(query.plan_id),
            owner_id=id_text(query.owner_id),
            under_unit_id=id_text(query.under_unit_id),
            states=[number(facts.BlockerState, each) for each in dict.fromkeys(query.states)],
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    return Page.of(await _blockers_out(call, reply.blockers), reply.next_page_token)


@blockers.post("", status_code=201)
async def raise_blocker(blocker: NewBlocker, call: Write) -> BlockerOut:
    """Raise a blocker on a measure or the plan; past its deadline it goes to the HRBP. 409 `NOT_IN_FORCE`."""
    reply = await call.plan_tracking.RaiseBlocker(
        pb.RaiseBlockerRequest(
            plan_id=str(blocker.plan_id),
            measure_id=id_text(blocker.measure_id),
            text=blocker.text,
            owner_id=str(blocker.owner_id),
            resolve_by_on=day_text(blocker.resolve_by_on),
        )
    )
    return await _blocker_out(call, reply.blocker)


@blockers.get("/{id}")
async def get_blocker(id: UUID, call: Read) -> BlockerOut:
    """One blocker."""
    reply = await call.plan_tracking.GetBlocker(pb.GetBlockerRequest(blocker_id=str(id)))
    return await _blocker_out(call, reply.blocker)


@blockers.post("/{id}:resolve")
async def resolve_blocker(id: UUID, resolution: Resolution, call: Change) -> BlockerOut:
    """Resolve a blocker, open or escalated, and say how."""
    reply = await call.plan_tracking.ResolveBlocker(
        pb.ResolveBlockerRequest(blocker_id=str(id), resolution=resolution.resolution, expected_version=call.version)
    )
    return await _blocker_out(call, reply.blocker)


@blockers.post("/{id}:escalate")
async def escalate_blocker(id: UUID, call: Change) -> BlockerOut:
    """Hand an open blocker to the HRBP before its deadline does."""
    reply = await call.plan_tracking.EscalateBlocker(
        pb.EscalateBlockerRequest(blocker_id=str(id), expected_version=call.version)
    )
    return await _blocker_out(call, reply.blocker)


async def _blockers_out(call: ReadCall, found: Collection[pb.Blocker]) -> list[BlockerOut]:
    names = await names_for(call, (each for one in found for each in (one.owner_id, one.raised_by, one.resolved_by)))
    return [BlockerOut.of(each, names) for each in found]


async def _blocker_out(call: ReadCall, blocker: pb.Blocker) -> BlockerOut:
    return (await _blockers_out(call, [blocker]))[0]
