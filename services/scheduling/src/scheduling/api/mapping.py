"""Between the contract and this service's rows; pure."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from common.errors import Invalid
from common.timestamps import from_day, from_optional_day, from_optional_timestamp, to_optional_timestamp, to_timestamp
from google.protobuf.timestamp_pb2 import Timestamp
from tandem.common.v1 import localized_pb2, steps_pb2
from tandem.scheduling.v1 import booking_pb2, busy_time_pb2, calendar_pb2, facts_pb2, peak_pb2, slot_pb2

from scheduling.domain.calendar_rules import Hours
from scheduling.domain.slots import Refusal, refusal_text
from scheduling.storage.bookings import BookingView
from scheduling.storage.lists import CalendarView, DayView
from scheduling.storage.tables import BusyTimeRow, PeakRow


def id_or_none(text: str) -> UUID | None:
    """Return the id, or None for the empty string."""
    return UUID(text) if text else None


def day(field: str, text: str) -> date:
    """Return the day; raise Invalid for one that no calendar has."""
    try:
        return from_day(text)
    except ValueError:
        raise Invalid.field(field, "NO_SUCH_DAY", en="There is no such day.", zh="该日期不存在。") from None


def optional_day(field: str, text: str) -> date | None:
    """Return the day, or None for the empty string."""
    return day(field, text) if text else from_optional_day(text)


def moment(stamp: Timestamp) -> datetime | None:
    """Return the moment, or None where it is not set."""
    return from_optional_timestamp(stamp)


def booking(view: BookingView) -> booking_pb2.Booking:
    """Return the booking as the caller sees it."""
    row = view.row
    return booking_pb2.Booking(
        id=str(row.id),
        interview_id=str(row.interview_id),
        employee_id=str(row.employee_id),
        manager_id=str(row.manager_id),
        state=facts_pb2.BookingState.Value(f"BOOKING_STATE_{row.state.upper()}"),
        starts_at=to_timestamp(row.starts_at),
        duration_minutes=row.duration_minutes,
        time_zone=row.time_zone,
        place=view.place,
        proposed_by=_text(row.proposed_by),
        proposed_at=to_timestamp(row.proposed_at),
        answer_due_at=to_timestamp(row.answer_due_at),
        confirmed_at=to_optional_timestamp(row.confirmed_at),
        confirmed_by_silence=row.confirmed_by_silence,
        short_notice=row.short_notice,
        employee_consented=row.employee_consented,
        notice_overridden=row.notice_overridden,
        replaces_booking_id=_text(row.replaces_booking_id),
        replaced_by_booking_id=_text(row.replaced_by_booking_id),
        decline_reason=facts_pb2.DeclineReason.Value(f"DECLINE_REASON_{row.decline_reason.upper() or 'UNSPECIFIED'}"),
        cancel_reason=facts_pb2.BookingCancelReason.Value(
            f"BOOKING_CANCEL_REASON_{row.cancel_reason.upper() or 'UNSPECIFIED'}"
        ),
        absent=[facts_pb2.Attendee.Value(f"ATTENDEE_{each.upper()}") for each in row.absent],
        version=row.version,
    )


def states(numbers: Iterable[facts_pb2.BookingState.ValueType]) -> tuple[str, ...]:
    """Return the words of booking states."""
    return tuple(facts_pb2.BookingState.Name(each).removeprefix("BOOKING_STATE_").lower() for each in numbers)


def decline_reason(number: facts_pb2.DeclineReason.ValueType) -> str:
    """Return the word of a reason."""
    return facts_pb2.DeclineReason.Name(number).removeprefix("DECLINE_REASON_").lower()


def attendees(numbers: Iterable[facts_pb2.Attendee.ValueType]) -> list[str]:
    """Return the words of attendees."""
    return [facts_pb2.Attendee.Name(each).removeprefix("ATTENDEE_").lower() for each in numbers]


def step(number: steps_pb2.Step.ValueType) -> str:
    """Return the word of a step."""
    return steps_pb2.Step.Name(number).removeprefix("STEP_").lower()


def waiver_reason(number: steps_pb2.WaiverReason.ValueType) -> str:
    """Return the word of a reason."""
    return steps_pb2.WaiverReason.Name(number).removeprefix("WAIVER_REASON_").lower()


def calendar(view: CalendarView) -> calendar_pb2.Calendar:
    """Return the calendar."""
    row = view.row
    return calendar_pb2.Calendar(
        id=str(row.id),
        code=row.code,
        name=row.name,
        country=row.country,
        subdivision=row.subdivision,
        hours=facts_pb2.WorkingHours(
            opens_at_minute=row.opens_at_minute,
            closes_at_minute=row.closes_at_minute,
            break_from_minute=row.break_from_minute,
            break_until_minute=row.break_until_minute,
        ),
        working_weekdays=row.working_weekdays,
        calendar_version=row.calendar_version,
        first_on=row.first_on.isoformat(),
        last_on=row.last_on.isoformat(),
        provisional_years=[each.year for each in view.years if each.provisional],
        published_at=to_timestamp(row.published_at),
        version=row.version,
    )


def calendar_day(view: DayView) -> calendar_pb2.CalendarDay:
    """Return what one day is."""
    return calendar_pb2.CalendarDay(
        on=view.day.on.isoformat(),
        kind=calendar_pb2.DayKind.Value(f"DAY_KIND_{view.day.kind.upper()}"),
        working=view.day.kind.works,
        name=localized_pb2.LocalizedText(zh_cn=view.day.zh, en=view.day.en),
        provisional=view.provisional,
    )


def hours(message: facts_pb2.WorkingHours) -> Hours:
    """Return the hours in minutes of the day."""
    return Hours(
        message.opens_at_minute, message.closes_at_minute, message.break_from_minute, message.break_until_minute
    )


def overrides(days: Iterable[calendar_pb2.DayOverride]) -> dict[date, bool]:
    """Return the days set by hand; the later one of two counts."""
    return {day(f"overrides[{index}].on", each.on): each.working for index, each in enumerate(days)}


def peak(row: PeakRow) -> peak_pb2.Peak:
    """Return the peak."""
    return peak_pb2.Peak(
        id=str(row.id),
        unit_id=str(row.unit_id),
        from_on=row.from_on.isoformat(),
        until_on=row.until_on.isoformat(),
        label=row.label,
        created_by=_text(row.created_by),
        version=row.version,
    )


def busy_time(row: BusyTimeRow) -> busy_time_pb2.BusyTime:
    """Return the busy time."""
    return busy_time_pb2.BusyTime(
        id=str(row.id),
        person_id=str(row.person_id),
        starts_at=to_timestamp(row.starts_at),
        ends_at=to_timestamp(row.ends_at),
        version=row.version,
    )


def slot(starts_at: datetime, minutes: int, refusals: Iterable[Refusal]) -> slot_pb2.Slot:
    """Return a start with everything that stands against it."""
    refused = [_refusal(each) for each in refusals]
    return slot_pb2.Slot(
        starts_at=to_timestamp(starts_at), duration_minutes=minutes, free=not refused, refusals=refused
    )


def _refusal(refusal: Refusal) -> slot_pb2.SlotRefusal:
    zh, en = refusal_text(refusal)
    attendee = f"ATTENDEE_{refusal.attendee.upper() if refusal.attendee else 'UNSPECIFIED'}"
    return slot_pb2.SlotRefusal(
        reason=refusal.reason,
        attendee=facts_pb2.Attendee.Value(attendee),
        text=localized_pb2.LocalizedText(zh_cn=zh, en=en),
    )


def _text(id: UUID | None) -> str:
    return str(id) if id else ""
