"""Cycles: drafted, previewed, launched, ended."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from fastapi import Query
from tandem.interview_record.v1 import cycle_pb2 as pb
from tandem.interview_record.v1 import facts_pb2 as facts

from gateway.calls import Change, Read, ReadCall, Write
from gateway.names import names_for
from gateway.resource import Resource
from gateway.schemas.cycles import (
    CycleCancelling,
    CycleInput,
    CycleMemberOut,
    CycleMembersQuery,
    CycleOut,
    CyclesQuery,
    PreviewMemberOut,
    PreviewOut,
    PreviewQuery,
)
from gateway.schemas.fields import day_text, id_text, number
from gateway.schemas.kpi_results import person_id_of
from gateway.schemas.model import Page
from gateway.schemas.operations import Started

cycles = Resource("cycles", "Playbooks and cycles")


@cycles.get("")
async def list_cycles(call: Read, query: Annotated[CyclesQuery, Query()]) -> Page[CycleOut]:
    """The cycles that you may see, newest first."""
    reply = await call.interview_record.ListCycles(
        pb.ListCyclesRequest(
            state=number(facts.CycleState, query.state),
            unit_id=id_text(query.unit_id),
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    return Page.of(await _cycles_out(call, reply.cycles), reply.next_page_token)


@cycles.post("", status_code=201)
async def create_cycle(cycle: CycleInput, call: Write) -> CycleOut:
    """Draft a cycle. 400 `WINDOW_TOO_SHORT`: no working day of the window keeps the playbook's notice."""
    reply = await call.interview_record.CreateCycle(
        pb.CreateCycleRequest(
            name=cycle.name.to_contract(),
            playbook_id=str(cycle.playbook_id),
            period_from=day_text(cycle.period_from),
            period_until=day_text(cycle.period_until),
            window_from=day_text(cycle.window_from),
            window_until=day_text(cycle.window_until),
            population=cycle.population.to_contract(),
        )
    )
    return await _cycle_out(call, reply.cycle)


@cycles.get("/{id}")
async def get_cycle(id: UUID, call: Read) -> CycleOut:
    """One cycle with its counts."""
    reply = await call.interview_record.GetCycle(pb.GetCycleRequest(cycle_id=str(id)))
    return await _cycle_out(call, reply.cycle)


@cycles.put("/{id}")
async def update_cycle(id: UUID, cycle: CycleInput, call: Change) -> CycleOut:
    """Change a draft. 409 `ILLEGAL_TRANSITION` once it is launched; otherwise as for a new one."""
    reply = await call.interview_record.UpdateCycle(
        pb.UpdateCycleRequest(
            cycle_id=str(id),
            name=cycle.name.to_contract(),
            playbook_id=str(cycle.playbook_id),
            period_from=day_text(cycle.period_from),
            period_until=day_text(cycle.period_until),
            window_from=day_text(cycle.window_from),
            window_until=day_text(cycle.window_until),
            population=cycle.population.to_contract(),
            expected_version=call.version,
        )
    )
    return await _cycle_out(call, reply.cycle)


@cycles.get("/{id}/preview")
async def preview_cycle(id: UUID, call: Read, query: Annotated[PreviewQuery, Query()]) -> PreviewOut:
    """Whom the cycle would reach as things stand, who is left out, and why; changes nothing."""
    reply = await call.interview_record.PreviewCycle(
        pb.PreviewCycleRequest(
            cycle_id=str(id),
            left_out_only=query.left_out_only,
            included_only=query.included_only,
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    names = await names_for(call, (each.person_id for each in reply.members))
    return PreviewOut(
        items=[PreviewMemberOut.of(each, names) for each in reply.members],
        next_page_token=reply.next_page_token or None,
        included=reply.included,
        left_out=reply.left_out,
        left_out_by_reason=dict(reply.left_out_by_reason),
    )


@cycles.get("/{id}/members")
async def list_cycle_members(
    id: UUID, call: Read, query: Annotated[CycleMembersQuery, Query()]
) -> Page[CycleMemberOut]:
    """A launched cycle's population as it was frozen: with the interview, or with the reason for being left out."""
    reply = await call.interview_record.ListCycleMembers(
        pb.ListCycleMembersRequest(
            cycle_id=str(id),
            left_out_only=query.left_out_only,
            left_out_reason=number(facts.LeftOutReason, query.left_out_reason),
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    names = await names_for(call, (each.person_id for each in reply.members))
    return Page.of([CycleMemberOut.of(each, names) for each in reply.members], reply.next_page_token)


@cycles.post("/{id}:launch", status_code=202)
async def launch_cycle(id: UUID, call: Change) -> Started:
    """Freeze the population and open the interviews. 409 `ILLEGAL_TRANSITION`. 400 `WINDOW_TOO_SHORT`."""
    reply = await call.interview_record.LaunchCycle(
        pb.LaunchCycleRequest(cycle_id=str(id), expected_version=call.version)
    )
    return Started.by("interview-record", reply.operation_id)


@cycles.post("/{id}:close")
async def close_cycle(id: UUID, call: Change) -> CycleOut:
    """End a launched cycle; open interviews go on. 409 `ILLEGAL_TRANSITION`."""
    reply = await call.interview_record.CloseCycle(
        pb.CloseCycleRequest(cycle_id=str(id), expected_version=call.version)
    )
    return await _cycle_out(call, reply.cycle)


@cycles.post("/{id}:cancel")
async def cancel_cycle(id: UUID, cancelling: CycleCancelling, call: Change) -> CycleOut:
    """Call a cycle off, with its interviews that are not briefed yet. 409 `ILLEGAL_TRANSITION`."""
    reply = await call.interview_record.CancelCycle(
        pb.CancelCycleRequest(cycle_id=str(id), reason=cancelling.reason, expected_version=call.version)
    )
    return await _cycle_out(call, reply.cycle)


async def _cycles_out(call: ReadCall, found: Collection[pb.Cycle]) -> list[CycleOut]:
    names = await names_for(call, (person_id_of(cycle.created_by) for cycle in found))
    return [CycleOut.of(cycle, names) for cycle in found]


async def _cycle_out(call: ReadCall, cycle: pb.Cycle) -> CycleOut:
    return (await _cycles_out(call, [cycle]))[0]
