"""When each step of a plan is due, counted once from the employee's calendar and zone."""

import calendar as months
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from common.workdays import WorkCalendar, local_date


@dataclass(frozen=True)
class Workdays:
    """An employee's work calendar in their IANA zone."""

    calendar: WorkCalendar
    zone: str

    def day_of(self, moment: datetime) -> date:
        """Return the employee's local date of the moment."""
        return local_date(moment, self.zone)

    def after(self, event_at: datetime, days: int) -> datetime:
        """Return the end of work of the n-th working day after the event's day, which is not counted."""
        return self.calendar.due_after(event_at, days, self.zone)

    def end_of(self, day: date) -> datetime:
        """Return the end of work of the day, or of the next working day if it is free."""
        return self.calendar.end_of_work(self.calendar.next_working_day(day), self.zone)


@dataclass(frozen=True)
class Disputes:
    """The disputes that a signing waits for: when the open ones must be decided, and when the last was."""

    decide_by: tuple[datetime, ...] = ()
    last_decided_at: datetime | None = None

    @property
    def moments(self) -> tuple[datetime, ...]:
        """Return every moment after which the signing keeps its distance."""
        return (*self.decide_by, *((self.last_decided_at,) if self.last_decided_at else ()))


def signing_due(days: Workdays, anchor: datetime, sign_days: int, disputes: Disputes, dispute_days: int) -> datetime:
    """Return the due date of a signing: after its anchor (session end or offer), and after every dispute."""
    floors = (days.after(moment, dispute_days) for moment in disputes.moments)
    return max([days.after(anchor, sign_days), *floors])


def check_in_days(days: Workdays, in_force_at: datetime, every_days: int, ends_on: date) -> list[date]:
    """Return the due days of a plan's check-ins, from the day it is in force to its end."""
    return days.calendar.weekly(days.day_of(in_force_at), every_days, ends_on)


def period_end(days: Workdays, dues: Iterable[date], after: datetime) -> datetime | None:
    """Return the end of the check-in period that the moment lies in; None once the last is over."""
    ends = (days.end_of(day) for day in dues)
    return next((end for end in ends if end > after), None)


def add_months(day: date, count: int) -> date:
    """Return the same day `count` months later, or that month's last."""
    index = day.month - 1 + count
    year, month = day.year + index // 12, index % 12 + 1
    return date(year, month, min(day.day, months.monthrange(year, month)[1]))


def first_review_due(days: Workdays, in_force_at: datetime, after_months: int, ends_on: date) -> datetime:
    """Return when the first stage review is due: so many months on, or the plan's end if earlier."""
    return days.end_of(min(add_months(days.day_of(in_force_at), after_months), ends_on))


def final_review_due(days: Workdays, ends_on: date) -> datetime:
    """Return when a plan that ran on must get its outcome: on its end date."""
    return days.end_of(ends_on)


def outcome_overdue_at(days: Workdays, ends_on: date, grace_days: int) -> datetime:
    """Return when the HRBP is told that a plan is past its end without an outcome."""
    return days.after(final_review_due(days, ends_on), grace_days)
