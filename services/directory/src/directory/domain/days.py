"""Days in a person's own zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def today(now: datetime, zone: str) -> date:
    """Return the local date of a moment."""
    return now.astimezone(ZoneInfo(zone)).date()


def beginning(day: date, zone: str) -> datetime:
    """Return the first moment of the day, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def end(day: date, zone: str) -> datetime:
    """Return the moment at which the day is over, in UTC."""
    return beginning(day + timedelta(days=1), zone)
