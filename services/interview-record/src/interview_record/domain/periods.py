"""Periods of results, both days included: whole months follow whole months, other stretches their own length."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_FORMS = (
    (re.compile(r"(\d{4})"), 12, lambda part: 1),
    (re.compile(r"(\d{4})[-/ ]?[QqＱ]([1-4])"), 3, lambda part: 3 * part - 2),
    (re.compile(r"(\d{4})[-/ ]?[Hh]([12])"), 6, lambda part: 6 * part - 5),
    (re.compile(r"(\d{4})[-/.]?(0[1-9]|1[0-2])"), 1, lambda part: part),
    (re.compile(r"(\d{4})年"), 12, lambda part: 1),
    (re.compile(r"(\d{4})年(0?[1-9]|1[0-2])月"), 1, lambda part: part),
    (re.compile(r"(\d{4})年第?([1-4])季度"), 3, lambda part: 3 * part - 2),
)


@dataclass(frozen=True, order=True)
class Period:
    """The days from `first` to `last`, both included; raises ValueError when they are the wrong way round."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError("a period ends on or after its first day")

    @property
    def months(self) -> int | None:
        """Return how many whole months it spans; None where it begins or ends inside one."""
        if self.first.day != 1 or (self.last + timedelta(days=1)).day != 1:
            return None
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    def previous(self) -> "Period":
        """Return the period of the same length that ends the day before."""
        last = self.first - timedelta(days=1)
        if (months := self.months) is None:
            return Period(last - (self.last - self.first), last)
        return Period(_months_before(self.first, months), last)

    def before(self, count: int) -> tuple["Period", ...]:
        """Return the `count` periods before this one, nearest first."""
        found: list[Period] = []
        for _ in range(count):
            found.append((found[-1] if found else self).previous())
        return tuple(found)

    def after(self, count: int) -> tuple["Period", ...]:
        """Return the `count` periods after this one, nearest first."""
        found: list[Period] = []
        for _ in range(count):
            found.append((found[-1] if found else self).following())
        return tuple(found)

    def following(self) -> "Period":
        """Return the period of the same length that begins the day after."""
        first = self.last + timedelta(days=1)
        if (months := self.months) is None:
            return Period(first, first + (self.last - self.first))
        return Period(first, _months_before(first, -months) - timedelta(days=1))


def parse_period(text: str) -> Period:
    """Return the period called `2026`, `2026-09`, `2026Q3`, `2026H1`, `2026年9月`, `2026年第3季度`; else ValueError."""
    for form, months, first_month in _FORMS:
        if found := form.fullmatch(text.strip()):
            part = int(found[2]) if found.lastindex == 2 else 1
            first = date(int(found[1]), first_month(part), 1)
            return Period(first, _months_before(first, -months) - timedelta(days=1))
    raise ValueError(f"no period: {text!r}")


def _months_before(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(first.day, calendar.monthrange(year, month + 1)[1]))
