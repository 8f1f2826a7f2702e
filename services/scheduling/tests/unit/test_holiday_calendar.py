"""What the built-in calendars say; the days come from the package, the expectations from the authorities' notices."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scheduling.domain.holiday_calendar import DayKind, DayRule, Place, Year

CN = Place("CN")


def rule(place: Place, **overrides: bool) -> DayRule:
    set_days = {date.fromisoformat(day.replace("_", "-").lstrip("d")): works for day, works in overrides.items()}
    return DayRule(place, frozenset(place.weekdays()), set_days)


def year_of(place: Place, year: int) -> Year:
    return next(each for each in rule(place).expand(2024, 2029) if each.year == year)


def test_china_is_free_on_the_first_week_of_october_2026() -> None:
    working = set(year_of(CN, 2026).working)
    assert not working & {date(2026, 10, day) for day in range(1, 8)}
    assert {date(2026, 9, 30), date(2026, 10, 8), date(2026, 10, 9)} <= working


def test_china_works_on_the_saturday_that_pays_for_the_holiday() -> None:
    year = year_of(CN, 2026)
    assert date(2026, 10, 10) in year.working
    assert date(2026, 10, 11) not in year.working
    assert {day.kind for day in year.special if day.on == date(2026, 10, 10)} == {DayKind.SUBSTITUTED_WORKING}


def test_a_day_off_in_exchange_names_its_reason_in_both_languages() -> None:
    (day,) = [each for each in year_of(CN, 2026).special if each.on == date(2026, 10, 7)]
    assert day.kind is DayKind.HOLIDAY
    assert "调休" in day.zh
    assert "substituted" in day.en


def test_china_works_as_many_days_as_announced() -> None:
    assert [len(year_of(CN, year).working) for year in (2025, 2026)] == [248, 248]


def test_years_whose_substitutions_are_not_announced_are_provisional() -> None:
    assert [year.provisional for year in rule(CN).expand(2025, 2029)] == [False, False, True, True, True]


@pytest.mark.parametrize("code", ["US", "GB", "DE", "JP", "FR"])
def test_countries_without_substitutions_are_never_provisional(code: str) -> None:
    assert not any(year.provisional for year in rule(Place(code)).expand(2024, 2029))


def test_holidays_that_are_only_estimated_make_a_year_provisional() -> None:
    years = {year.year: year.provisional for year in rule(Place("SG")).expand(2024, 2029)}
    assert not years[2026]
    assert years[2028]


@pytest.mark.parametrize(
    ("code", "free"),
    [
        ("US", date(2026, 11, 26)),
        ("GB", date(2026, 12, 28)),
        ("DE", date(2026, 10, 3)),
        ("DE-BY", date(2026, 1, 6)),
        ("JP", date(2026, 11, 3)),
        ("SG", date(2026, 8, 10)),
    ],
)
def test_other_countries_keep_their_own_days(code: str, free: date) -> None:
    place = Place.of_code(code)
    assert place is not None
    year = year_of(place, 2026)
    assert free not in year.working
    assert date(2026, 9, 2) in year.working


def test_a_part_of_a_country_is_told_from_the_whole() -> None:
    epiphany = date(2026, 1, 6)
    assert epiphany in year_of(Place("DE"), 2026).working
    assert epiphany not in year_of(Place("DE", "BY"), 2026).working


@pytest.mark.parametrize("code", ["XX", "CN-NOWHERE", "headquarters", "cn", ""])
def test_a_code_of_another_kind_is_no_place(code: str) -> None:
    assert Place.of_code(code) is None


def test_a_day_set_by_the_tenant_beats_the_countrys_rule() -> None:
    years = rule(CN, d2026_10_08=False, d2026_10_11=True).expand(2026, 2026)
    kinds = {day.on: day.kind for day in years[0].special}
    assert kinds[date(2026, 10, 8)] is DayKind.SET_FREE
    assert kinds[date(2026, 10, 11)] is DayKind.SET_WORKING
    assert date(2026, 10, 8) not in years[0].working
    assert date(2026, 10, 11) in years[0].working


@given(
    st.sampled_from(["CN", "US", "JP"]),
    st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.booleans(), max_size=40),
    st.sets(st.integers(1, 7), min_size=1),
)
def test_every_day_of_a_year_either_works_or_has_a_reason(
    code: str, overrides: dict[date, bool], weekdays: set[int]
) -> None:
    (year,) = DayRule(Place(code), frozenset(weekdays), overrides).expand(2026, 2026)
    special = {day.on: day.kind for day in year.special}
    for day, works in overrides.items():
        assert (day in year.working) is works
    for day in set(year.working):
        assert day in special or day.isoweekday() in weekdays
    assert all(kind.works == (day in year.working) for day, kind in special.items())
