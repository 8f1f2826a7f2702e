"""What happens elsewhere: sessions end, cases are cancelled, people move and leave."""

from typing import Any

from common.identity import Identity
from common.ids import new_id
from common.timestamps import from_timestamp, to_timestamp
from scheduling.reactions import REACTIONS
from scheduling.snapshots import SNAPSHOTS
from tandem.common.v1 import steps_pb2
from tandem.directory.v1 import events_pb2 as directory
from tandem.interview_record.v1 import events_pb2 as interviews
from tandem.interview_record.v1 import facts_pb2
from tandem.scheduling.v1 import booking_pb2 as pb
from tandem.scheduling.v1 import events_pb2
from tandem.scheduling.v1 import facts_pb2 as own

from .conftest import World, at


async def book(world: World, start: str = "2026-10-12 14:00") -> pb.Booking:
    request = pb.ProposeBookingRequest(interview_id=str(world.interview), starts_at=to_timestamp(at(start)))
    booking: pb.Booking = (await world.call(world.manager, "ProposeBooking", request)).booking
    return booking


async def booking_of(world: World, booking: pb.Booking, who: Identity | None = None) -> pb.Booking:
    request = pb.GetBookingRequest(booking_id=booking.id)
    found: pb.Booking = (await world.call(who or world.as_hrbp(), "GetBooking", request)).booking
    return found


async def reassign(world: World, to: str, since: str, **more: Any) -> None:
    past = facts_pb2.PastManager(person_id=str(world.manager), until=to_timestamp(at(since)))
    facts = world.interview_facts(manager_id=to, past_managers=[past], **more)
    event = interviews.InterviewReassigned(
        interview=facts,
        previous_manager_id=str(world.manager),
        new_manager_id=to,
        effective_at=to_timestamp(at(since)),
    )
    await world.tell(world.interview, event)


async def test_a_session_that_ended_completes_its_booking(case: World) -> None:
    booking = await book(case)
    facts = case.interview_facts(
        state=facts_pb2.INTERVIEW_STATE_IN_PROGRESS, session_ended_at=to_timestamp(at("2026-10-12 14:50"))
    )
    await case.tell(case.interview, interviews.InterviewSessionEnded(interview=facts))
    (completed,) = await case.events(events_pb2.BookingCompleted)
    assert completed.booking.booking_id == booking.id
    assert not await case.events(steps_pb2.StepMissed)


async def test_a_session_without_a_booking_misses_the_step(case: World) -> None:
    facts = case.interview_facts(
        state=facts_pb2.INTERVIEW_STATE_IN_PROGRESS, session_ended_at=to_timestamp(at("2026-10-12 14:50"))
    )
    await case.tell(case.interview, interviews.InterviewSessionEnded(interview=facts))
    assert len(await case.events(steps_pb2.StepMissed)) == 1
    request = pb.ProposeBookingRequest(interview_id=str(case.interview), starts_at=to_timestamp(at("2026-10-13 14:00")))
    assert (await case.refusal(case.manager, "ProposeBooking", request)).reason == "INTERVIEW_NOT_OPEN"


async def test_a_cancelled_interview_frees_its_time_and_voids_its_step(case: World) -> None:
    booking = await book(case)
    facts = case.interview_facts(
        state=facts_pb2.INTERVIEW_STATE_CANCELLED,
        cancelled_at=to_timestamp(case.now),
        cancel_reason=facts_pb2.INTERVIEW_CANCEL_REASON_SHORTFALL_GONE,
    )
    await case.tell(case.interview, interviews.InterviewCancelled(interview=facts))
    assert (await booking_of(case, booking)).cancel_reason == own.BOOKING_CANCEL_REASON_INTERVIEW_CANCELLED
    assert len(await case.events(steps_pb2.StepWithdrawn)) == 1
    employee = new_id()
    await case.tell_person(employee, case.manager)
    case.interview = await case.open_interview(new_id(), employee_id=str(employee))
    await book(case)


async def test_a_new_manager_cancels_what_was_booked_after_the_day_and_books_anew(case: World) -> None:
    booking = await book(case)
    successor = new_id()
    await case.tell_person(successor)
    case.set_time(at("2026-10-09 00:00"))
    await case.tell_person(case.employee, successor)
    await reassign(case, str(successor), "2026-10-09 00:00")
    old = await booking_of(case, booking)
    assert old.cancel_reason == own.BOOKING_CANCEL_REASON_MANAGER_CHANGED
    open_again = (await case.events(steps_pb2.StepDue))[-1]
    assert open_again.key.manager_id == str(successor)
    assert from_timestamp(open_again.due_at) == at("2026-10-20 18:00")
    assert (await booking_of(case, booking, case.as_person(case.manager))).id == booking.id
    refused = await case.refusal(
        case.manager,
        "ProposeBooking",
        pb.ProposeBookingRequest(interview_id=str(case.interview), starts_at=to_timestamp(at("2026-10-15 14:00"))),
    )
    assert refused.code.name == "NOT_FOUND"
    case.set_time(at("2026-10-09 09:00"))
    case.manager = successor
    again = await book(case, "2026-10-15 14:00")
    assert again.manager_id == str(successor)
    first, second = await case.events(events_pb2.BookingProposed)
    assert first.booking.invitation_id != second.booking.invitation_id


async def test_what_was_booked_before_the_day_stays_with_the_old_manager(case: World) -> None:
    booking = await book(case)
    successor = new_id()
    await case.tell_person(successor)
    await reassign(case, str(successor), "2026-10-19 00:00")
    assert (await booking_of(case, booking)).state == own.BOOKING_STATE_PROPOSED


async def test_without_a_manager_nothing_is_booked(case: World) -> None:
    await book(case)
    await reassign(case, "", "2026-10-01 00:00", needs_manager=True)
    assert len(await case.events(events_pb2.BookingCancelled)) == 1
    request = pb.ProposeBookingRequest(interview_id=str(case.interview), starts_at=to_timestamp(at("2026-10-13 14:00")))
    assert (await case.refusal(case.as_hrbp(), "ProposeBooking", request)).reason == "NEEDS_MANAGER"


async def test_a_leavers_later_bookings_are_cancelled(case: World) -> None:
    booking = await book(case)
    facts = case.person_facts(case.manager, active=False)
    left = directory.PersonLeft(person=facts, left_at=to_timestamp(at("2026-10-10 00:00")))
    await case.tell(case.manager, left)
    assert (await booking_of(case, booking)).cancel_reason == own.BOOKING_CANCEL_REASON_PERSON_LEFT


async def test_another_zone_moves_the_open_due_dates(case: World) -> None:
    await case.tell_person(case.employee, case.manager, time_zone="Europe/Berlin")
    due = (await case.events(steps_pb2.StepDue))[-1]
    assert from_timestamp(due.due_at) == at("2026-10-20 18:00", "Europe/Berlin")
    booking = await book(case, "2026-10-12 16:00")
    assert booking.time_zone == "Europe/Berlin"
    await case.tell_person(case.employee, case.manager, time_zone="Asia/Shanghai")
    moved = await booking_of(case, booking)
    assert (moved.time_zone, from_timestamp(moved.answer_due_at)) == ("Asia/Shanghai", at("2026-10-08 18:00"))
    (snapshot,) = await case.events(events_pb2.BookingSnapshot)
    assert from_timestamp(snapshot.booking.answer_due_at) == at("2026-10-08 18:00")


async def test_events_that_arrive_twice_or_late_change_nothing(case: World) -> None:
    booking = await book(case)
    opened = interviews.InterviewOpened(interview=case.interview_facts())
    await case.harness.deliver(case.database, REACTIONS, case.tenant, case.interview, opened, sequence=1)
    assert (await booking_of(case, booking)).state == own.BOOKING_STATE_PROPOSED
    assert len(await case.events(steps_pb2.StepDue)) == 1


async def test_bookings_and_steps_can_be_published_again(case: World) -> None:
    await book(case)
    async with case.database.transaction(case.harness.call(case.as_admin())) as tx:
        assert await SNAPSHOTS["booking"](tx, None) == (1, None)
        assert await SNAPSHOTS["step"](tx, None) == (1, None)
        tx.done(case.interview)
    (snapshot,) = await case.events(events_pb2.BookingSnapshot)
    (proposed,) = await case.events(events_pb2.BookingProposed)
    assert snapshot.booking == proposed.booking
    first, again = await case.events(steps_pb2.StepDone)
    assert first == again
