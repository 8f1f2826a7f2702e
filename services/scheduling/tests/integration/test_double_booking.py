"""T19: however many try, one slot is booked once."""

import asyncio
from uuid import UUID

import grpc
import pytest
from common.ids import new_id
from common.timestamps import to_timestamp
from scheduling.storage.tables import OccupationRow
from sqlalchemy import insert, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from tandem.scheduling.v1 import booking_pb2 as pb
from tandem.scheduling.v1 import events_pb2

from .conftest import Refusal, World, at

pytestmark = pytest.mark.faults

SCHEDULERS = 20


async def attempt(world: World, interview: UUID, start: str = "2026-10-12 14:00") -> str:
    request = pb.ProposeBookingRequest(interview_id=str(interview), starts_at=to_timestamp(at(start)))
    try:
        await world.call(world.manager, "ProposeBooking", request)
    except grpc.aio.AioRpcError as error:
        refused = Refusal.of(error)
        return f"{refused.code.name} {refused.reason}"
    return "booked"


async def test_twenty_schedulers_want_one_slot_of_one_manager(case: World) -> None:
    interviews = []
    for _ in range(SCHEDULERS):
        employee = new_id()
        await case.tell_person(employee, case.manager)
        interviews.append(await case.open_interview(new_id(), employee_id=str(employee)))
    outcomes = await asyncio.gather(*(attempt(case, each) for each in interviews))
    assert sorted(outcomes) == ["ALREADY_EXISTS SLOT_ALREADY_TAKEN"] * (SCHEDULERS - 1) + ["booked"]
    assert len(await case.events(events_pb2.BookingProposed)) == 1


async def test_twenty_schedulers_want_one_slot_of_one_interview(case: World) -> None:
    outcomes = await asyncio.gather(*(attempt(case, case.interview) for _ in range(SCHEDULERS)))
    assert sorted(outcomes) == ["ALREADY_EXISTS SLOT_ALREADY_TAKEN"] * (SCHEDULERS - 1) + ["booked"]


async def test_slots_that_touch_are_both_booked(case: World) -> None:
    employee = new_id()
    await case.tell_person(employee, case.manager)
    other = await case.open_interview(new_id(), employee_id=str(employee))
    assert await attempt(case, case.interview, "2026-10-12 14:00") == "booked"
    assert await attempt(case, other, "2026-10-12 14:50") == "booked"


async def test_the_constraint_refuses_overlaps_whoever_writes_them(case: World) -> None:
    def row(start: str, end: str) -> dict[str, object]:
        during = Range(at(start), at(end))
        return {"tenant_id": case.tenant, "booking_id": new_id(), "person_id": case.manager, "during": during}

    with pytest.raises(IntegrityError, match="occupation_no_overlap"):
        async with case.database.transaction(case.harness.call(case.as_admin())) as tx:
            await tx.session.execute(insert(OccupationRow), row("2026-10-12 14:00", "2026-10-12 15:00"))
            await tx.session.execute(insert(OccupationRow), row("2026-10-12 14:59", "2026-10-12 16:00"))
    async with case.database.worker() as connection:
        with pytest.raises(Exception, match="permission denied"):
            await connection.execute(text("SELECT * FROM occupation"))
