"""Local days and months of moments."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from common.workdays import local_date

MONTH = "%Y-%m"
# Out of attainment: the person left, or the case was cancelled.
_NOT_COUNTED = frozenset({"left", "interview_cancelled"})


class Ending(Protocol):
    """What of a plan its end depends on."""

    state: str
    withdraw_reason: str
    in_force_at: datetime | None
    ends_on: date | None
    closed_at: datetime | None


def month_of(moment: datetime | None, zone: str) -> str | None:
    """Return the month of the moment's local date, "2026-10"."""
    return None if moment is None else local_date(moment, zone).strftime(MONTH)


def start_of_day(day: date, zone: str) -> datetime:
    """Return the moment (aware UTC) at which the local day begins."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def end_of_day(day: date, zone: str) -> datetime:
    """Return the moment (aware UTC) at which the local day is over."""
    return start_of_day(day + timedelta(days=1), zone)


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or that month's last."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - first).days))


def plan_ended_on(plan: Ending, zone: str) -> date | None:
    """Return the day after which the plan counts for attainment; None for one that does not.

    The last due date in force; for a plan withdrawn after a refusal, the day of that.
    """
    if plan.withdraw_reason in _NOT_COUNTED:
        return None
    if plan.state == "withdrawn":
        return local_date(plan.closed_at, zone) if plan.closed_at else None
    return plan.ends_on if plan.in_force_at else None
