"""Bookings through the RPCs: the case worked out by hand, and what is refused."""

from datetime import datetime
from typing import Any
from uuid import UUID

import grpc
import pytest
from common.identity import Identity
from common.ids import new_id
from common.timestamps import from_timestamp, to_timestamp
from tandem.common.v1 import steps_pb2
from tandem.interview_record.v1 import playbook_rules_pb2
from tandem.scheduling.v1 import booking_pb2 as pb
from tandem.scheduling.v1 import busy_time_pb2, events_pb2, facts_pb2, peak_pb2, waiver_pb2

from .conftest import World, at


def proposal(world: World, start: str = "2026-10-12 14:00", **more: Any) -> pb.ProposeBookingRequest:
    fields = {"interview_id": str(world.interview), "place": "会议室 3", "duration_minutes": 50, **more}
    return pb.ProposeBookingRequest(starts_at=to_timestamp(at(start)), **fields)


async def propose(
    world: World, start: str = "2026-10-12 14:00", who: Identity | UUID | None = None, **more: Any
) -> pb.Booking:
    reply = await world.call(who or world.manager, "ProposeBooking", proposal(world, start, **more))
    booking: pb.Booking = reply.booking
    return booking


async def accept(world: World, booking: pb.Booking, who: UUID | None = None) -> pb.Booking:
    request = pb.AcceptBookingRequest(booking_id=booking.id, expected_version=booking.version)
    reply = await world.call(who or world.employee, "AcceptBooking", request)
    accepted: pb.Booking = reply.booking
    return accepted


def move(booking: pb.Booking, start: str, **more: Any) -> pb.MoveBookingRequest:
    return pb.MoveBookingRequest(
        booking_id=booking.id, starts_at=to_timestamp(at(start)), expected_version=booking.version, **more
    )


def moment(stamp: Any) -> datetime:
    return from_timestamp(stamp)


async def test_the_case_worked_out_by_hand_is_booked_in_time(case: World) -> None:
    (due,) = await case.events(steps_pb2.StepDue)
    assert moment(due.due_at) == at("2026-10-20 18:00")
    assert due.key.responsible_person_id == str(case.manager)
    booking = await propose(case)
    assert booking.state == facts_pb2.BOOKING_STATE_PROPOSED
    assert moment(booking.answer_due_at) == at("2026-10-08 18:00")
    (done,) = await case.events(steps_pb2.StepDone)
    assert (moment(done.done_at), done.late) == (at("2026-09-30 10:00"), False)
    assert moment(done.due_at) == at("2026-10-20 18:00")
    assert done.key.subject_id == booking.id
    accepted = await accept(case, booking)
    assert accepted.state == facts_pb2.BOOKING_STATE_CONFIRMED
    assert accepted.place == "会议室 3"
    (confirmed,) = await case.events(events_pb2.BookingConfirmed)
    assert confirmed.confirmed_by == str(case.employee)
    assert confirmed.booking.invitation_sequence == 1


async def test_shorter_notice_is_refused_with_the_earliest_date(case: World) -> None:
    refused = await case.refusal(case.manager, "ProposeBooking", proposal(case, "2026-10-09 14:00"))
    assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "NOTICE_TOO_SHORT")
    assert refused.facts["earliest_on"] == "2026-10-10"
    await propose(case, "2026-10-10 14:00")


async def test_the_hrbp_overrides_notice_with_a_reason_and_the_step_is_waived(case: World) -> None:
    request = proposal(case, "2026-10-08 14:00", notice_override_reason="员工下周出差")
    assert (await case.refusal(case.manager, "ProposeBooking", request)).reason == "FORBIDDEN"
    booking = await propose(case, "2026-10-08 14:00", case.as_hrbp(), notice_override_reason="员工下周出差")
    assert booking.short_notice
    assert booking.notice_overridden
    (waived,) = await case.events(steps_pb2.StepWaived)
    assert waived.reason == steps_pb2.WAIVER_REASON_NOTICE_SHORTENED
    assert waived.waived_by == str(case.hrbp)
    assert not await case.events(steps_pb2.StepDone)


async def test_a_move_restarts_notice_unless_the_employee_consents_in_the_same_click(case: World) -> None:
    booking = await accept(case, await propose(case))
    case.set_time(at("2026-10-09 09:00"))
    refused = await case.refusal(case.manager, "MoveBooking", move(booking, "2026-10-12 15:00"))
    assert (refused.reason, refused.facts["earliest_on"]) == ("NOTICE_TOO_SHORT", "2026-10-13")
    consenting = move(booking, "2026-10-12 15:00", consent_to_short_notice=True)
    assert (await case.refusal(case.manager, "MoveBooking", consenting)).reason == "FORBIDDEN"
    moved = (await case.call(case.employee, "MoveBooking", consenting)).booking
    assert moved.employee_consented
    assert moved.state == facts_pb2.BOOKING_STATE_PROPOSED
    assert moved.replaces_booking_id == booking.id
    assert moved.place == "会议室 3"
    old = (await case.call(case.employee, "GetBooking", pb.GetBookingRequest(booking_id=booking.id))).booking
    assert old.state == facts_pb2.BOOKING_STATE_MOVED
    assert old.replaced_by_booking_id == moved.id
    (event,) = await case.events(events_pb2.BookingMoved)
    assert event.replacement.invitation_id == event.booking.invitation_id
    assert event.replacement.invitation_sequence == 2
    refusal = await case.refusal(
        case.employee, "AcceptBooking", pb.AcceptBookingRequest(booking_id=moved.id, expected_version=1)
    )
    assert refusal.reason == "FORBIDDEN"
    assert (await accept(case, moved, case.manager)).state == facts_pb2.BOOKING_STATE_CONFIRMED


async def test_silence_confirms_after_one_working_day(case: World) -> None:
    booking = await propose(case)
    case.set_time(at("2026-10-08 17:59"))
    assert await case.sweep() == 1, "only the calendar of the new month"
    case.set_time(at("2026-10-08 18:00"))
    assert await case.sweep() == 1
    (confirmed,) = await case.events(events_pb2.BookingConfirmed)
    assert confirmed.by_silence
    assert confirmed.confirmed_by == ""
    assert confirmed.booking.booking_id == booking.id


async def test_silence_lets_a_booking_expire_where_the_playbook_says_so(case: World) -> None:
    rules = case.rules(unanswered=playbook_rules_pb2.UNANSWERED_BOOKING_EXPIRE)
    case.interview, case.employee = new_id(), new_id()
    await case.tell_person(case.employee, case.manager)
    await case.open_interview(rules=rules)
    await propose(case)
    case.set_time(at("2026-10-08 18:00"))
    await case.sweep()
    assert len(await case.events(events_pb2.BookingExpired)) == 1
    reopened = (await case.events(steps_pb2.StepDue))[-1]
    assert reopened.key.interview_id == str(case.interview)
    await propose(case, "2026-10-14 14:00")


async def test_an_answered_booking_is_not_touched_by_its_old_deadline(case: World) -> None:
    await accept(case, await propose(case))
    case.set_time(at("2026-10-09 12:00"))
    await case.sweep()
    assert len(await case.events(events_pb2.BookingConfirmed)) == 1


async def test_declining_frees_the_time_and_opens_the_step_again(case: World) -> None:
    booking = await propose(case)
    request = pb.DeclineBookingRequest(
        booking_id=booking.id,
        reason=facts_pb2.DECLINE_REASON_ABSENT,
        note="当天体检",
        expected_version=booking.version,
    )
    assert (await case.refusal(case.manager, "DeclineBooking", request)).reason == "FORBIDDEN"
    declined = (await case.call(case.employee, "DeclineBooking", request)).booking
    assert declined.decline_reason == facts_pb2.DECLINE_REASON_ABSENT
    assert len(await case.events(steps_pb2.StepDue)) == 2
    case.set_time(at("2026-10-20 18:01"))
    await propose(case, "2026-10-23 15:00")
    late = (await case.events(steps_pb2.StepDone))[-1]
    assert late.late


async def test_a_wrong_state_is_named(case: World) -> None:
    booking = await accept(case, await propose(case))
    refused = await case.refusal(
        case.employee, "AcceptBooking", pb.AcceptBookingRequest(booking_id=booking.id, expected_version=booking.version)
    )
    assert (refused.reason, refused.facts["state"]) == ("ILLEGAL_TRANSITION", "confirmed")


async def test_a_cancelled_booking_can_be_made_anew_with_an_invitation_of_its_own(case: World) -> None:
    booking = await propose(case)
    request = pb.CancelBookingRequest(booking_id=booking.id, note="", expected_version=booking.version)
    cancelled = (await case.call(case.manager, "CancelBooking", request)).booking
    assert cancelled.cancel_reason == facts_pb2.BOOKING_CANCEL_REASON_BY_PERSON
    await propose(case)
    first, second = await case.events(events_pb2.BookingProposed)
    assert first.booking.invitation_id != second.booking.invitation_id


async def test_a_no_show_is_recorded_after_the_start_with_who(case: World) -> None:
    booking = await accept(case, await propose(case))
    request = pb.RecordNoShowRequest(
        booking_id=booking.id, absent=[facts_pb2.ATTENDEE_EMPLOYEE], expected_version=booking.version
    )
    assert (await case.refusal(case.manager, "RecordNoShow", request)).reason == "NOT_STARTED_YET"
    case.set_time(at("2026-10-12 14:20"))
    missed = (await case.call(case.manager, "RecordNoShow", request)).booking
    assert missed.state == facts_pb2.BOOKING_STATE_MISSED
    (event,) = await case.events(events_pb2.BookingMissed)
    assert list(event.absent) == [facts_pb2.ATTENDEE_EMPLOYEE]
    assert len(await case.events(steps_pb2.StepDue)) == 1, "it was booked in time; the step stays done"
    await propose(case, "2026-10-15 14:00")


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("2026-10-11 14:00", "OUTSIDE_WORKING_HOURS"),
        ("2026-10-12 19:00", "OUTSIDE_WORKING_HOURS"),
        ("2026-10-26 14:00", "OUTSIDE_WINDOW"),
        ("2026-09-29 14:00", "STARTS_IN_THE_PAST"),
    ],
)
async def test_a_start_that_cannot_be_is_refused_by_its_reason(case: World, start: str, reason: str) -> None:
    assert (await case.refusal(case.manager, "ProposeBooking", proposal(case, start))).reason == reason


async def test_commitments_and_peaks_stand_in_the_way_of_both(case: World) -> None:
    busy = busy_time_pb2.CreateBusyTimeRequest(
        person_id=str(case.employee),
        starts_at=to_timestamp(at("2026-10-12 14:30")),
        ends_at=to_timestamp(at("2026-10-12 15:30")),
    )
    await case.call(case.employee, "CreateBusyTime", busy)
    assert (await case.refusal(case.manager, "ProposeBooking", proposal(case))).reason == "PERSON_BUSY"
    peak = peak_pb2.CreatePeakRequest(
        unit_id=str(case.unit), from_on="2026-10-13", until_on="2026-10-14", label="季末结账"
    )
    await case.call(case.as_hrbp(), "CreatePeak", peak)
    refused = await case.refusal(case.manager, "ProposeBooking", proposal(case, "2026-10-14 10:00"))
    assert refused.reason == "BUSINESS_PEAK"
    await propose(case, "2026-10-15 10:00")


@pytest.mark.parametrize("minutes", [25, 65])
async def test_the_playbook_bounds_the_duration(case: World, minutes: int) -> None:
    request = proposal(case, duration_minutes=minutes)
    assert (await case.refusal(case.manager, "ProposeBooking", request)).reason == "DURATION_OUT_OF_RANGE"


async def test_without_a_duration_it_is_the_sum_of_the_segments(case: World) -> None:
    assert (await propose(case, duration_minutes=0)).duration_minutes == 50


async def test_an_interview_has_one_booking_at_a_time(case: World) -> None:
    await propose(case)
    refused = await case.refusal(case.manager, "ProposeBooking", proposal(case, "2026-10-13 10:00"))
    assert (refused.code, refused.reason) == (grpc.StatusCode.ALREADY_EXISTS, "ALREADY_BOOKED")


async def test_the_same_key_books_once(case: World) -> None:
    first = await case.call(case.manager, "ProposeBooking", proposal(case), key="again")
    second = await case.call(case.manager, "ProposeBooking", proposal(case), key="again")
    assert first.booking.id == second.booking.id
    assert len(await case.events(events_pb2.BookingProposed)) == 1


async def test_the_step_is_waived_before_its_due_date_by_the_hrbp_with_a_reason(case: World) -> None:
    request = waiver_pb2.WaiveStepRequest(
        interview_id=str(case.interview),
        step=steps_pb2.STEP_BOOKED,
        reason=steps_pb2.WAIVER_REASON_AGREED_BY_BOTH,
        note="双方当面约定",
    )
    assert (await case.refusal(case.manager, "WaiveStep", request)).reason == "FORBIDDEN"
    own = case.as_person(case.employee, ("hrbp", case.unit))
    assert (await case.refusal(own, "WaiveStep", request)).reason == "FORBIDDEN"
    await case.call(case.as_hrbp(), "WaiveStep", request)
    (waived,) = await case.events(steps_pb2.StepWaived)
    assert waived.reason == steps_pb2.WAIVER_REASON_AGREED_BY_BOTH
    assert (await case.refusal(case.as_hrbp(), "WaiveStep", request)).reason == "STEP_CLOSED"
    await propose(case)
    assert not await case.events(steps_pb2.StepDone)


async def test_the_light_playbook_lets_the_manager_waive(case: World) -> None:
    case.interview = new_id()
    await case.open_interview(rules=case.rules(waiver_by=playbook_rules_pb2.WAIVER_BY_MANAGER))
    request = waiver_pb2.WaiveStepRequest(
        interview_id=str(case.interview),
        step=steps_pb2.STEP_BOOKED,
        reason=steps_pb2.WAIVER_REASON_URGENCY,
        note="当天就谈",
    )
    await case.call(case.manager, "WaiveStep", request)
    case.set_time(at("2026-10-20 18:01"))
    other = waiver_pb2.WaiveStepRequest()
    other.CopyFrom(request)
    other.interview_id = str(await case.open_interview(new_id()))
    assert (await case.refusal(case.as_hrbp(), "WaiveStep", other)).reason == "STEP_CLOSED"
