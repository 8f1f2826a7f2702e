"""Which starts are free, and why the others are not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from common.errors import AppError
from common.workdays import WorkCalendar, local_date

from scheduling.domain import booking
from scheduling.domain.booking import Attendee, Span

GRID = timedelta(minutes=30)


class Reason(StrEnum):
    """Why a start is not free; the value is the word of the contract."""

    STARTS_IN_THE_PAST = "STARTS_IN_THE_PAST"
    NOTICE_TOO_SHORT = "NOTICE_TOO_SHORT"
    OUTSIDE_WINDOW = "OUTSIDE_WINDOW"
    FREE_DAY = "FREE_DAY"
    OUTSIDE_WORKING_HOURS = "OUTSIDE_WORKING_HOURS"
    BUSINESS_PEAK = "BUSINESS_PEAK"
    PERSON_BUSY = "PERSON_BUSY"
    PERSON_BOOKED = "PERSON_BOOKED"


class Refusal(NamedTuple):
    """One reason, and whose it is where it is one person's."""

    reason: Reason
    attendee: Attendee | None = None


@dataclass(frozen=True)
class Attending:
    """What binds one of the two: calendar, zone, commitments, bookings, and the peaks of their units."""

    side: Attendee
    calendar: WorkCalendar
    zone: str
    busy: Sequence[Span] = ()
    booked: Sequence[Span] = ()
    peaks: Sequence[tuple[date, date]] = ()

    def refusals(self, span: Span) -> Iterator[Refusal]:
        """Yield everything about this person that stands against the span."""
        if not self.calendar.is_working(local_date(span.starts_at, self.zone)):
            yield Refusal(Reason.FREE_DAY, self.side)
        elif not self._within_hours(span):
            yield Refusal(Reason.OUTSIDE_WORKING_HOURS, self.side)
        day = local_date(span.starts_at, self.zone)
        if any(first <= day <= last for first, last in self.peaks):
            yield Refusal(Reason.BUSINESS_PEAK, self.side)
        if any(span.overlaps(other) for other in self.busy):
            yield Refusal(Reason.PERSON_BUSY, self.side)
        if any(span.overlaps(other) for other in self.booked):
            yield Refusal(Reason.PERSON_BOOKED, self.side)

    def _within_hours(self, span: Span) -> bool:
        hours, day = self.calendar.hours, local_date(span.starts_at, self.zone)
        if span.starts_at < self._at(day, hours.start) or span.ends_at > self._at(day, hours.end):
            return False
        if hours.break_start is None or hours.break_end is None:
            return True
        return not span.overlaps(Span(self._at(day, hours.break_start), self._at(day, hours.break_end)))

    def _at(self, day: date, wall: time) -> datetime:
        return datetime.combine(day, wall, ZoneInfo(self.zone))


@dataclass(frozen=True)
class Frame:
    """What a start is judged by; local dates are the employee's."""

    now: datetime
    notice_days: int
    window_from: date | None
    hold_by: date
    employee: Attending
    manager: Attending

    @property
    def today(self) -> date:
        """Return the employee's local date."""
        return local_date(self.now, self.employee.zone)

    @property
    def earliest_on(self) -> date:
        """Return the first local date that keeps notice if it is proposed now."""
        return self.employee.calendar.earliest_start(self.today, self.notice_days)

    def refusals(self, span: Span) -> list[Refusal]:
        """Return everything that stands against the span, the plainest reason first."""
        day = local_date(span.starts_at, self.employee.zone)
        found = []
        if span.starts_at <= self.now:
            found.append(Refusal(Reason.STARTS_IN_THE_PAST))
        if day < self.earliest_on:
            found.append(Refusal(Reason.NOTICE_TOO_SHORT))
        if self._outside_window(day):
            found.append(Refusal(Reason.OUTSIDE_WINDOW))
        return [*found, *self.employee.refusals(span), *self.manager.refusals(span)]

    def starts(self, first: date, last: date, minutes: int) -> Iterator[Span]:
        """Yield every start on the grid within the employee's hours of the days, free or not."""
        hours, zone = self.employee.calendar.hours, ZoneInfo(self.employee.zone)
        day = first
        while day <= last:
            at = datetime.combine(day, hours.start, zone)
            ends = datetime.combine(day, hours.end, zone)
            while at + timedelta(minutes=minutes) <= ends:
                yield Span.of_minutes(at.astimezone(UTC), minutes)
                at += GRID
            day += timedelta(days=1)

    def error(self, refusal: Refusal) -> AppError:
        """Return the error that a proposal for a refused start ends with."""
        match refusal.reason:
            case Reason.STARTS_IN_THE_PAST:
                return booking.StartsInThePast()
            case Reason.NOTICE_TOO_SHORT:
                return booking.NoticeTooShort(days=self.notice_days, earliest_on=self.earliest_on)
            case Reason.OUTSIDE_WINDOW:
                return booking.OutsideWindow(first_on=self.window_from, last_on=self.hold_by)
            case Reason.PERSON_BOOKED:
                return booking.SlotAlreadyTaken()
        return _ERRORS[refusal.reason](attendee=refusal.attendee, attendee_zh=WHOSE_ZH[refusal.attendee])

    def _outside_window(self, day: date) -> bool:
        if self.window_from is not None and day < self.window_from:
            return True
        # Once the last day is over, a late interview is better than none.
        return self.hold_by < day and self.today <= self.hold_by


WHOSE_ZH = {Attendee.EMPLOYEE: "员工", Attendee.MANAGER: "经理", None: ""}

_ERRORS: dict[Reason, type[AppError]] = {
    Reason.FREE_DAY: booking.OutsideWorkingHours,
    Reason.OUTSIDE_WORKING_HOURS: booking.OutsideWorkingHours,
    Reason.BUSINESS_PEAK: booking.BusinessPeak,
    Reason.PERSON_BUSY: booking.PersonBusy,
}

_TEXTS: dict[Reason, tuple[str, str]] = {
    Reason.STARTS_IN_THE_PAST: ("已过去", "Already over"),
    Reason.NOTICE_TOO_SHORT: ("通知期不足", "Less notice than the playbook asks for"),
    Reason.OUTSIDE_WINDOW: ("不在面谈期限内", "Outside the days to hold it"),
    Reason.FREE_DAY: ("{whose}当日休息", "A free day for the {who}"),
    Reason.OUTSIDE_WORKING_HOURS: ("不在{whose}的工作时间内", "Outside the {who}'s working hours"),
    Reason.BUSINESS_PEAK: ("{whose}所在部门处于业务高峰期", "A business peak of the {who}'s unit"),
    Reason.PERSON_BUSY: ("{whose}另有安排", "The {who} has another commitment"),
    Reason.PERSON_BOOKED: ("{whose}已有面谈预约", "The {who} has another interview"),
}


def refusal_text(refusal: Refusal) -> tuple[str, str]:
    """Return the reason in Chinese and in English."""
    zh, en = _TEXTS[refusal.reason]
    return zh.format(whose=WHOSE_ZH[refusal.attendee]), en.format(who=refusal.attendee or "")
