"""Shortfalls: looked for, read with their sums, accepted or dismissed."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from fastapi import Query
from tandem.interview_record.v1 import shortfall_pb2 as pb

from gateway.calls import Change, Read, ReadCall, Write
from gateway.names import names_for
from gateway.resource import Resource
from gateway.schemas.fields import day_text, id_text, number
from gateway.schemas.kpi_results import person_id_of
from gateway.schemas.model import Page
from gateway.schemas.operations import Started
from gateway.schemas.shortfalls import Acceptance, Dismissal, ShortfallOut, ShortfallSearch, ShortfallsQuery

shortfalls = Resource("shortfalls", "Facts")


@shortfalls.get("")
async def list_shortfalls(call: Read, query: Annotated[ShortfallsQuery, Query()]) -> Page[ShortfallOut]:
    """The shortfalls that you may see, the largest first, each with its sum."""
    reply = await call.interview_record.ListShortfalls(
        pb.ListShortfallsRequest(
            person_id=id_text(query.person_id),
            under_unit_id=id_text(query.under_unit_id),
            manager_id=id_text(query.manager_id),
            state=number(pb.ShortfallState, query.state),
            confidence=number(pb.Confidence, query.confidence),
            metric_code=query.metric_code,
            met_test=number(pb.ShortfallTest, query.met_test),
            period_from=day_text(query.period_from),
            period_until=day_text(query.period_until),
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    return Page.of(await _shortfalls_out(call, reply.shortfalls), reply.next_page_token)


@shortfalls.post(":find", status_code=202)
async def find_shortfalls(search: ShortfallSearch, call: Write) -> Started:
    """Look for shortfalls in a population and period; what was accepted or dismissed stays so."""
    reply = await call.interview_record.FindShortfalls(
        pb.FindShortfallsRequest(
            under_unit_id=id_text(search.under_unit_id),
            person_ids=[str(each) for each in dict.fromkeys(search.person_ids)],
            period_from=day_text(search.period_from),
            period_until=day_text(search.period_until),
            playbook_id=str(search.playbook_id),
        )
    )
    return Started.by("interview-record", reply.operation_id)


@shortfalls.get("/{id}")
async def get_shortfall(id: UUID, call: Read) -> ShortfallOut:
    """One shortfall with its sum."""
    reply = await call.interview_record.GetShortfall(pb.GetShortfallRequest(shortfall_id=str(id)))
    return await _shortfall_out(call, reply.shortfall)


@shortfalls.post("/{id}:accept")
async def accept_shortfall(id: UUID, acceptance: Acceptance, call: Change) -> ShortfallOut:
    """Accept a shortfall and say its type; by manager or HRBP. 409 `ILLEGAL_TRANSITION`."""
    reply = await call.interview_record.AcceptShortfall(
        pb.AcceptShortfallRequest(
            shortfall_id=str(id), shortfall_type=acceptance.shortfall_type, expected_version=call.version
        )
    )
    return await _shortfall_out(call, reply.shortfall)


@shortfalls.post("/{id}:dismiss")
async def dismiss_shortfall(id: UUID, dismissal: Dismissal, call: Change) -> ShortfallOut:
    """Dismiss a shortfall with a reason; by manager or HRBP. 409 `ILLEGAL_TRANSITION`."""
    reply = await call.interview_record.DismissShortfall(
        pb.DismissShortfallRequest(shortfall_id=str(id), reason=dismissal.reason, expected_version=call.version)
    )
    return await _shortfall_out(call, reply.shortfall)


async def _shortfalls_out(call: ReadCall, found: Collection[pb.Shortfall]) -> list[ShortfallOut]:
    people = (each for one in found for each in (one.person_id, person_id_of(one.decided_by)))
    names = await names_for(call, people)
    return [ShortfallOut.of(each, names, call.locale) for each in found]


async def _shortfall_out(call: ReadCall, shortfall: pb.Shortfall) -> ShortfallOut:
    return (await _shortfalls_out(call, [shortfall]))[0]
