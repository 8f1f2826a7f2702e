"""Facts of this service as outgoing events; ids, dates and words of state only."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from common.steps import Step, StepState
from common.timestamps import to_optional_timestamp, to_timestamp
from google.protobuf.message import Message
from tandem.common.v1 import steps_pb2
from tandem.scheduling.v1 import events_pb2 as pb
from tandem.scheduling.v1 import facts_pb2

from scheduling.storage.tables import BookingRow, CalendarRow, CalendarYearRow, StepRow


def calendar_published(row: CalendarRow, years: Sequence[CalendarYearRow]) -> pb.CalendarPublished:
    """Return the event of a new version of a calendar."""
    return pb.CalendarPublished(calendar=calendar_facts(row, years))


def calendar_snapshot(row: CalendarRow, years: Sequence[CalendarYearRow]) -> pb.CalendarSnapshot:
    """Return the calendar's present as an event."""
    return pb.CalendarSnapshot(calendar=calendar_facts(row, years))


def calendar_facts(row: CalendarRow, years: Sequence[CalendarYearRow]) -> facts_pb2.CalendarFacts:
    """Return all that others may know of a calendar."""
    return facts_pb2.CalendarFacts(
        calendar_id=str(row.id),
        code=row.code,
        calendar_version=row.calendar_version,
        first_on=row.first_on.isoformat(),
        last_on=row.last_on.isoformat(),
        years=[
            facts_pb2.CalendarYear(year=each.year, working_days=each.working_days, provisional=each.provisional)
            for each in years
        ],
        hours=facts_pb2.WorkingHours(
            opens_at_minute=row.opens_at_minute,
            closes_at_minute=row.closes_at_minute,
            break_from_minute=row.break_from_minute,
            break_until_minute=row.break_until_minute,
        ),
    )


def booking_proposed(row: BookingRow) -> pb.BookingProposed:
    """Return the event of a held slot."""
    return pb.BookingProposed(booking=booking_facts(row))


def booking_confirmed(row: BookingRow, by: UUID | None) -> pb.BookingConfirmed:
    """Return the event of an accepted booking; nobody's act means silence."""
    return pb.BookingConfirmed(booking=booking_facts(row), by_silence=row.confirmed_by_silence, confirmed_by=_text(by))


def booking_declined(row: BookingRow, by: UUID | None) -> pb.BookingDeclined:
    """Return the event of a declined booking."""
    reason = facts_pb2.DeclineReason.Value(f"DECLINE_REASON_{row.decline_reason.upper()}")
    return pb.BookingDeclined(booking=booking_facts(row), declined_by=_text(by), reason=reason)


def booking_expired(row: BookingRow) -> pb.BookingExpired:
    """Return the event of a booking that nobody answered."""
    return pb.BookingExpired(booking=booking_facts(row))


def booking_moved(row: BookingRow, replacement: BookingRow, by: UUID | None) -> pb.BookingMoved:
    """Return the event of a booking that another replaces."""
    return pb.BookingMoved(booking=booking_facts(row), moved_by=_text(by), replacement=booking_facts(replacement))


def booking_cancelled(row: BookingRow, by: UUID | None) -> pb.BookingCancelled:
    """Return the event of a cancelled booking; by nobody where the platform did it."""
    reason = facts_pb2.BookingCancelReason.Value(f"BOOKING_CANCEL_REASON_{row.cancel_reason.upper()}")
    return pb.BookingCancelled(booking=booking_facts(row), cancelled_by=_text(by), reason=reason)


def booking_missed(row: BookingRow, by: UUID | None) -> pb.BookingMissed:
    """Return the event of a no-show."""
    absent = [facts_pb2.Attendee.Value(f"ATTENDEE_{each.upper()}") for each in row.absent]
    return pb.BookingMissed(booking=booking_facts(row), absent=absent, recorded_by=_text(by))


def booking_completed(row: BookingRow) -> pb.BookingCompleted:
    """Return the event of a booking whose session ended."""
    return pb.BookingCompleted(booking=booking_facts(row), completed_at=to_optional_timestamp(row.ended_at))


def booking_snapshot(row: BookingRow) -> pb.BookingSnapshot:
    """Return the booking's present as an event."""
    return pb.BookingSnapshot(booking=booking_facts(row))


def booking_facts(row: BookingRow) -> facts_pb2.BookingFacts:
    """Return all that others may know of a booking: never where."""
    return facts_pb2.BookingFacts(
        booking_id=str(row.id),
        interview_id=str(row.interview_id),
        employee_id=str(row.employee_id),
        manager_id=str(row.manager_id),
        state=facts_pb2.BookingState.Value(f"BOOKING_STATE_{row.state.upper()}"),
        starts_at=to_timestamp(row.starts_at),
        duration_minutes=row.duration_minutes,
        proposed_by=_text(row.proposed_by),
        proposed_at=to_timestamp(row.proposed_at),
        answer_due_at=to_timestamp(row.answer_due_at),
        confirmed_at=to_optional_timestamp(row.confirmed_at),
        short_notice=row.short_notice,
        employee_consented=row.employee_consented,
        notice_overridden=row.notice_overridden,
        replaces_booking_id=_text(row.replaces_booking_id),
        replaced_by_booking_id=_text(row.replaced_by_booking_id),
        invitation_id=str(row.invitation_id),
        invitation_sequence=row.invitation_sequence,
    )


def step_event(row: StepRow) -> Message:
    """Return how the step stands as its event."""
    key, due_at, ended_at = _step_key(row), to_optional_timestamp(row.due_at), to_optional_timestamp(row.ended_at)
    match StepState(row.state):
        case StepState.OPEN:
            return steps_pb2.StepDue(key=key, due_at=due_at)
        case StepState.DONE:
            return steps_pb2.StepDone(key=key, done_at=ended_at, due_at=due_at, late=row.late)
        case StepState.MISSED:
            return steps_pb2.StepMissed(key=key, due_at=due_at, missed_at=ended_at)
        case StepState.WITHDRAWN:
            return steps_pb2.StepWithdrawn(key=key, withdrawn_at=ended_at)
    reason: Any = steps_pb2.WaiverReason.Value(f"WAIVER_REASON_{row.waiver_reason.upper()}")
    return steps_pb2.StepWaived(
        key=key, due_at=due_at, waived_at=ended_at, waived_by=_text(row.waived_by), reason=reason
    )


def _step_key(row: StepRow) -> steps_pb2.StepKey:
    return steps_pb2.StepKey(
        step_id=str(row.id),
        interview_id=str(row.interview_id),
        step=steps_pb2.Step.Value(f"STEP_{Step.BOOKED.upper()}"),
        employee_id=str(row.employee_id),
        manager_id=_text(row.manager_id),
        responsible_person_id=_text(row.manager_id),
        subject_id=_text(row.subject_id),
        required=True,
    )


def _text(id: UUID | None) -> str:
    return str(id) if id else ""
