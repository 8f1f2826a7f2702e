"""Between Python's moments and days and those of the contracts."""

from datetime import UTC, date, datetime

from google.protobuf.timestamp_pb2 import Timestamp


def to_timestamp(moment: datetime) -> Timestamp:
    """Return the protobuf form of an aware datetime; raise ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    stamp = Timestamp()
    stamp.FromDatetime(moment.astimezone(UTC))
    return stamp


def to_optional_timestamp(moment: datetime | None) -> Timestamp | None:
    """Return the protobuf form, or None where there is no moment (which leaves the field unset)."""
    return None if moment is None else to_timestamp(moment)


def from_timestamp(stamp: Timestamp) -> datetime:
    """Return the aware UTC datetime, to the microsecond."""
    return stamp.ToDatetime(tzinfo=UTC)


def from_optional_timestamp(stamp: Timestamp) -> datetime | None:
    """Return the datetime, or None for a stamp never set; the epoch itself counts as not set."""
    return from_timestamp(stamp) if stamp.seconds or stamp.nanos else None


def to_day(day: date | None) -> str:
    """Return `YYYY-MM-DD`, or the empty string for no day."""
    return "" if day is None else day.isoformat()


def from_day(text: str) -> date:
    """Return the day written as `YYYY-MM-DD`; raise ValueError for anything else."""
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(f"not a day written as YYYY-MM-DD: {text!r}")
    return day


def from_optional_day(text: str) -> date | None:
    """Return the day, or None for the empty string."""
    return from_day(text) if text else None
