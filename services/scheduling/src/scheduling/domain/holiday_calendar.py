"""Which days work in a country: its public holidays and substituted working days, year by year.

Source of the days: the package `holidays`; for China it holds the State Council's yearly notices.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

import holidays
from common.errors import AppError, Kind

YEARS_BACK = 2
YEARS_AHEAD = 3
# How far back substitutions are looked for, to know the last year for which they were announced.
_ANNOUNCED_SINCE = 10
_DAY = timedelta(days=1)
_CHINESE_NAMES = {
    "AU": "澳大利亚",
    "CA": "加拿大",
    "CN": "中国",
    "DE": "德国",
    "FR": "法国",
    "GB": "英国",
    "HK": "中国香港",
    "IN": "印度",
    "JP": "日本",
    "KR": "韩国",
    "SG": "新加坡",
    "TW": "中国台湾",
    "US": "美国",
}


class UnknownCountry(AppError):
    """No public holidays are known for the country or its subdivision."""

    kind = Kind.INVALID
    reason = "UNKNOWN_COUNTRY"
    en = "There are no public holidays for {code}."
    zh = "没有 {code} 的法定节假日数据。"

    def __init__(self, *, code: str) -> None:
        super().__init__(code=code)


class DayKind(StrEnum):
    """Why a day works or not."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    SUBSTITUTED_WORKING = "substituted_working"
    SET_FREE = "set_free"
    SET_WORKING = "set_working"

    @property
    def works(self) -> bool:
        """Tell whether people work on such a day."""
        return self in {DayKind.WORKING, DayKind.SUBSTITUTED_WORKING, DayKind.SET_WORKING}


@dataclass(frozen=True)
class Place:
    """A country (ISO 3166-1 alpha-2) and, where it has holidays of its own, a part of it."""

    country: str
    subdivision: str = ""

    @classmethod
    def of_code(cls, code: str) -> "Place | None":
        """Return the place of a calendar code such as `CN` or `DE-BY`, or None for a code of another kind."""
        country, _, subdivision = code.partition("-")
        place = cls(country, subdivision)
        return place if place.is_known() else None

    @property
    def code(self) -> str:
        """Return the code under which its calendar is known."""
        return f"{self.country}-{self.subdivision}" if self.subdivision else self.country

    def is_known(self) -> bool:
        """Tell whether public holidays are known for it."""
        parts = _supported().get(self.country)
        return parts is not None and (not self.subdivision or self.subdivision in parts)

    def name(self, locale: str) -> str:
        """Return what its calendar is called in the language."""
        if locale.startswith("zh") and self.country in _CHINESE_NAMES:
            name = _CHINESE_NAMES[self.country]
        else:
            name = _country_name(self.country)
        return f"{name} ({self.subdivision})" if self.subdivision else name

    def weekdays(self) -> tuple[int, ...]:
        """Return the ISO weekdays on which the country works."""
        weekend = holidays.country_holidays(self.country).weekend
        return tuple(day + 1 for day in range(7) if day not in weekend)


@dataclass(frozen=True)
class SpecialDay:
    """A day that is not what its weekday says, with the name of the reason in both languages."""

    on: date
    kind: DayKind
    zh: str = ""
    en: str = ""


@dataclass(frozen=True)
class Year:
    """One year of a calendar; provisional while its days are not all announced."""

    year: int
    working: tuple[date, ...]
    special: tuple[SpecialDay, ...]
    provisional: bool


@dataclass(frozen=True)
class DayRule:
    """What a tenant's calendar is made from: a place, the weekdays that work, and days set by hand."""

    place: Place
    weekdays: frozenset[int]
    overrides: Mapping[date, bool] = field(default_factory=dict)

    def expand(self, first_year: int, last_year: int) -> list[Year]:
        """Return the whole years, both included."""
        return [self._year(year, first_year, last_year) for year in range(first_year, last_year + 1)]

    def _year(self, year: int, first_year: int, last_year: int) -> Year:
        country = _country_days(self.place, first_year, last_year)
        days = list(self._days(year, country))
        return Year(
            year,
            tuple(day.on for day in days if day.kind.works),
            tuple(day for day in days if day.kind not in {DayKind.WORKING, DayKind.WEEKEND}),
            country.is_provisional(year),
        )

    def _days(self, year: int, country: "_CountryDays") -> Iterator[SpecialDay]:
        day = date(year, 1, 1)
        while day.year == year:
            yield self._day(day, country)
            day += _DAY

    def _day(self, day: date, country: "_CountryDays") -> SpecialDay:
        zh, en = country.zh.get(day, ""), country.en.get(day, "")
        if day in self.overrides:
            return SpecialDay(day, DayKind.SET_WORKING if self.overrides[day] else DayKind.SET_FREE, zh, en)
        if day in country.en:
            return SpecialDay(day, DayKind.HOLIDAY, zh, en)
        if day.isoweekday() in self.weekdays:
            return SpecialDay(day, DayKind.WORKING)
        if day in country.substituted:
            return SpecialDay(day, DayKind.SUBSTITUTED_WORKING)
        return SpecialDay(day, DayKind.WEEKEND)


def span_of_years(today: date) -> tuple[int, int]:
    """Return the first and the last year that a calendar is expanded to on the day."""
    return today.year - YEARS_BACK, today.year + YEARS_AHEAD


@dataclass(frozen=True)
class _CountryDays:
    zh: Mapping[date, str]
    en: Mapping[date, str]
    substituted: frozenset[date]
    estimated_years: frozenset[int]
    last_announced: int | None

    def is_provisional(self, year: int) -> bool:
        if self.last_announced is not None and year > self.last_announced:
            return True
        return year in self.estimated_years


@lru_cache(maxsize=128)
def _country_days(place: Place, first_year: int, last_year: int) -> _CountryDays:
    years = range(first_year, last_year + 1)
    english = _holidays(place, years, "en_US")
    substituted = frozenset(getattr(english, "weekend_workdays", ()) or ())
    last_announced = None
    if english.has_substituted_holidays:
        earlier = _holidays(place, range(first_year - _ANNOUNCED_SINCE, last_year + 1), "en_US")
        last_announced = max((day.year for day in earlier.weekend_workdays), default=first_year - 1)
    return _CountryDays(
        zh=dict(_holidays(place, years, "zh_CN")),
        en=dict(english),
        substituted=substituted,
        estimated_years=frozenset(day.year for day, name in english.items() if "estimated" in name),
        last_announced=last_announced,
    )


def _holidays(place: Place, years: range, language: str) -> Any:
    try:
        country = holidays.country_holidays(place.country)
        return holidays.country_holidays(
            place.country,
            subdiv=place.subdivision or None,
            years=years,
            language=language if language in country.supported_languages else country.default_language,
            # Years outside the range stay unknown instead of being filled in at a look.
            expand=False,
        )
    except NotImplementedError as unknown:
        raise UnknownCountry(code=place.code) from unknown


@lru_cache(maxsize=1)
def _supported() -> dict[str, list[str]]:
    listed: dict[str, list[str]] = holidays.list_supported_countries(include_aliases=False)
    return {code: parts for code, parts in listed.items() if len(code) == 2}


def _country_name(country: str) -> str:
    words = type(holidays.country_holidays(country)).__mro__[1].__name__
    return "".join(f" {letter}" if letter.isupper() and index else letter for index, letter in enumerate(words))
