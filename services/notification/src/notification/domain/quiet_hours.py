"""Quiet hours in the reader's own zone: when a mail that is ready may go out."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class QuietHours:
    """Local minutes of the day between which no mail goes out; equal: none; the end may lie on the next day."""

    from_minute: int
    until_minute: int

    def covers(self, minute: int) -> bool:
        """Tell whether the local minute of the day lies inside."""
        if self.from_minute <= self.until_minute:
            return self.from_minute <= minute < self.until_minute
        return minute >= self.from_minute or minute < self.until_minute

    def next_opening(self, moment: datetime, zone: str) -> datetime:
        """Return the moment itself outside the quiet hours, else the moment (aware UTC) at which they end."""
        local = moment.astimezone(ZoneInfo(zone))
        minute = local.hour * 60 + local.minute
        if not self.covers(minute):
            return moment
        day = local.date() if minute < self.until_minute else local.date() + _DAY
        opening = wall_moment(day, self.until_minute, zone)
        # Where clocks go back over the end, the hour that comes again is quiet no more.
        return max(opening, moment)


def wall_moment(day: date, minute: int, zone: str) -> datetime:
    """Return the moment (aware UTC) of a local minute of the day.

    A wall time that occurs twice means its first; one that a change of clocks leaves out moves on with the clocks.
    """
    return datetime.combine(day, time(*divmod(minute, 60)), ZoneInfo(zone)).astimezone(UTC)


def sending_time(
    ready_at: datetime, zone: str, quiet: QuietHours, *, deadline: datetime | None = None, urgent: bool = False
) -> datetime:
    """Return when to send what is ready: held over quiet hours, but never past its deadline; urgent goes at once."""
    if urgent:
        return ready_at
    opening = quiet.next_opening(ready_at, zone)
    return ready_at if deadline is not None and opening >= deadline else opening
