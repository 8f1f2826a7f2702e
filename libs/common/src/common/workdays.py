"""Working-day arithmetic over an expanded calendar: pure, and the only place that counts days."""

import calendar as months
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from common.errors import AppError, Kind

_DAY = timedelta(days=1)


class CalendarOutOfRange(AppError):
    """The calculation leaves the days for which the calendar is published."""

    kind = Kind.PRECONDITION
    reason = "CALENDAR_OUT_OF_RANGE"
    en = "The work calendar covers {first} to {last}; {day} is outside it."
    zh = "工作日历仅覆盖 {first} 至 {last}，{day} 超出范围。"

    def __init__(self, *, day: date, first: date, last: date) -> None:
        super().__init__(day=day, first=first, last=last)


@dataclass(frozen=True)
class WorkingHours:
    """Local wall times of a working day; the break is left out where there is none."""

    start: time = time(9)
    end: time = time(18)
    break_start: time | None = None
    break_end: time | None = None

    @classmethod
    def of_minutes(cls, opens: int, closes: int, break_from: int = 0, break_until: int = 0) -> "WorkingHours":
        """Return the hours from minutes of the day, 0 to 1439; an empty break is none."""
        start, end, pause, resume = (time(*divmod(minute, 60)) for minute in (opens, closes, break_from, break_until))
        return cls(start, end, pause, resume) if break_from < break_until else cls(start, end)


@dataclass(frozen=True)
class WorkCalendar:
    """The working days from `first` to `last`, both included; build it with `of_days` or `of_years`.

    Every method raises CalendarOutOfRange when its answer, or a day it must look at, lies outside.
    """

    first: date
    last: date
    days: tuple[date, ...]
    hours: WorkingHours = WorkingHours()
    provisional_years: frozenset[int] = frozenset()
    _set: frozenset[date] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_set", frozenset(self.days))

    @classmethod
    def of_days(
        cls,
        days: Iterable[date],
        first: date,
        last: date,
        hours: WorkingHours = WorkingHours(),
        provisional_years: Iterable[int] = (),
    ) -> "WorkCalendar":
        """Return the calendar of the given working days; days outside `first`..`last` are dropped."""
        inside = sorted({day for day in days if first <= day <= last})
        return cls(first, last, tuple(inside), hours, frozenset(provisional_years))

    @classmethod
    def of_years(
        cls,
        years: Mapping[int, bytes],
        hours: WorkingHours = WorkingHours(),
        provisional_years: Iterable[int] = (),
    ) -> "WorkCalendar":
        """Return the calendar of consecutive whole years, each a bitmap as `year_bitmap` makes it."""
        if not years or sorted(years) != list(range(min(years), max(years) + 1)):
            raise ValueError("a calendar needs consecutive years")
        days = (
            date(year, 1, 1) + timedelta(days=index)
            for year, bitmap in years.items()
            for index in range(len(bitmap) * 8)
            if bitmap[index // 8] >> index % 8 & 1
        )
        return cls.of_days(days, date(min(years), 1, 1), date(max(years), 12, 31), hours, provisional_years)

    def year_bitmap(self, year: int) -> bytes:
        """Return one bit per day of the year, 1 January in the lowest bit of the first byte; 46 bytes."""
        bitmap = bytearray(46)
        for day in self.days:
            if day.year == year:
                index = day.timetuple().tm_yday - 1
                bitmap[index // 8] |= 1 << index % 8
        return bytes(bitmap)

    def is_working(self, day: date) -> bool:
        """Tell whether the day is a working day."""
        self._inside(day)
        return day in self._set

    def is_provisional(self, day: date) -> bool:
        """Tell whether the year's substituted working days are not announced yet."""
        return day.year in self.provisional_years

    def next_working_day(self, on_or_after: date) -> date:
        """Return the day itself if it works, else the first working day after it."""
        self._inside(on_or_after)
        return self._at(bisect_left(self.days, on_or_after), on_or_after)

    def last_working_day(self, on_or_before: date) -> date:
        """Return the day itself if it works, else the last working day before it."""
        self._inside(on_or_before)
        return self._at(bisect_right(self.days, on_or_before) - 1, on_or_before)

    def add_working_days(self, day: date, n: int) -> date:
        """Return the n-th working day after the day, which is not counted; n = 0 gives the day."""
        self._inside(day)
        return day if _count(n) == 0 else self._at(bisect_right(self.days, day) + n - 1, day)

    def nth_working_day_before(self, day: date, n: int) -> date:
        """Return the n-th working day before the day, which is not counted; n = 0 gives the day."""
        self._inside(day)
        return day if _count(n) == 0 else self._at(bisect_left(self.days, day) - n, day)

    def working_days_between(self, after: date, until: date) -> int:
        """Return how many working days lie in (after, until]; 0 if `until` is not later."""
        self._inside(after)
        self._inside(until)
        return max(0, bisect_right(self.days, until) - bisect_right(self.days, after))

    def start_of_work(self, day: date, zone: str) -> datetime:
        """Return the moment (aware UTC) at which working hours begin on the day in the IANA zone."""
        return _moment(day, self.hours.start, zone)

    def end_of_work(self, day: date, zone: str) -> datetime:
        """Return the moment (aware UTC) at which working hours end on the day in the IANA zone."""
        return _moment(day, self.hours.end, zone)

    def due_after(self, event_at: datetime, n: int, zone: str) -> datetime:
        """Return the end of work of the n-th working day after the event's local day, not counted."""
        return self.end_of_work(self.add_working_days(local_date(event_at, zone), n), zone)

    def due_before(self, start_at: datetime, n: int, zone: str) -> datetime:
        """Return the end of work of the n-th working day before the start's local day, not counted."""
        return self.end_of_work(self.nth_working_day_before(local_date(start_at, zone), n), zone)

    def weekly(self, start: date, n_days: int, until: date) -> list[date]:
        """Return a due day every `n_days` after `start` while the nominal day is not after `until`.

        Each moves to the next working day if it is free; those that then coincide are one.
        """
        if n_days < 1:
            raise ValueError("a cadence is at least one day")
        nominal = range(start.toordinal() + n_days, until.toordinal() + 1, n_days)
        return list(dict.fromkeys(self.next_working_day(date.fromordinal(day)) for day in nominal))

    def one_month_later(self, day: date) -> date:
        """Return the same day of the next month, or its last, moved to the next working day."""
        return self.next_working_day(same_day_next_month(day))

    def earliest_start(self, proposed_on: date, n: int) -> date:
        """Return the first local date on which a start keeps a notice of n working days."""
        return self.add_working_days(proposed_on, n)

    def keeps_notice(self, proposed_on: date, start_on: date, n: int) -> bool:
        """Tell whether a start on the date keeps a notice of n working days after the proposal."""
        return start_on >= self.earliest_start(proposed_on, n)

    def latest_proposal(self, last_day: date, n: int) -> date:
        """Return the latest day whose proposal keeps notice for the last working day up to `last_day`.

        With n = 1 that may be a free day: the notice rule counts only the days after the proposal.
        """
        start = self.last_working_day(last_day)
        return start if _count(n) == 0 else self.nth_working_day_before(start, n - 1) - _DAY

    def _at(self, index: int, asked: date) -> date:
        if not 0 <= index < len(self.days):
            beyond = self.first - _DAY if index < 0 else self.last + _DAY
            raise CalendarOutOfRange(day=beyond if self.first <= asked <= self.last else asked, **self._range())
        return self.days[index]

    def _inside(self, day: date) -> None:
        if not self.first <= day <= self.last:
            raise CalendarOutOfRange(day=day, **self._range())

    def _range(self) -> dict[str, date]:
        return {"first": self.first, "last": self.last}


def local_date(moment: datetime, zone: str) -> date:
    """Return the calendar date of an aware moment in the IANA zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(ZoneInfo(zone)).date()


def same_day_next_month(day: date) -> date:
    """Return the same day of the next month, or that month's last day; not moved to a working day."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, months.monthrange(year, month)[1]))


def _moment(day: date, wall: time, zone: str) -> datetime:
    return datetime.combine(day, wall, ZoneInfo(zone)).astimezone(UTC)


def _count(n: int) -> int:
    if n < 0:
        raise ValueError("a number of working days is not negative")
    return n
