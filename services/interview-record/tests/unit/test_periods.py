from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interview_record.domain.periods import Period, parse_period


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-09", "2026-09-01", "2026-09-30"),
        ("202602", "2026-02-01", "2026-02-28"),
        ("2026Q3", "2026-07-01", "2026-09-30"),
        ("2026-q1", "2026-01-01", "2026-03-31"),
        ("2026H2", "2026-07-01", "2026-12-31"),
        ("2026年9月", "2026-09-01", "2026-09-30"),
        ("2026年第4季度", "2026-10-01", "2026-12-31"),
        (" 2026年 ", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_period_has_the_names_people_use(text: str, first: str, last: str) -> None:
    assert parse_period(text) == Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("text", ["", "2026-13", "2026Q5", "September", "26-09", "2026-09-01"])
def test_anything_else_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match="no period"):
        parse_period(text)


def test_before_a_month_comes_the_whole_month_before_however_long_it_is() -> None:
    march = parse_period("2026-03")
    assert march.before(2) == (parse_period("2026-02"), parse_period("2026-01"))
    assert parse_period("2026-01").previous() == parse_period("2025-12")


def test_quarters_follow_quarters_and_odd_stretches_their_own_length() -> None:
    assert parse_period("2026Q1").previous() == parse_period("2025Q4")
    fortnight = Period(date(2026, 9, 7), date(2026, 9, 20))
    assert fortnight.following() == Period(date(2026, 9, 21), date(2026, 10, 4))
    assert fortnight.months is None


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="ends on or after"):
        Period(date(2026, 9, 2), date(2026, 9, 1))


days = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))
months = st.builds(lambda year, month: parse_period(f"{year}-{month:02}"), st.integers(2001, 2099), st.integers(1, 12))
stretches = st.builds(lambda first, length: Period(first, first + timedelta(length)), days, st.integers(0, 400))


@given(st.one_of(months, stretches))
def test_neighbours_touch_and_lead_back(period: Period) -> None:
    before = period.previous()
    assert before.last + timedelta(days=1) == period.first
    if (before.months is None) == (period.months is None):
        assert before.following() == period
