from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from common.workdays import CalendarOutOfRange, WorkCalendar, WorkingHours, local_date, same_day_next_month
from hypothesis import given
from hypothesis import strategies as st

ZONE = "Asia/Shanghai"
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
FREE = {date(2026, 10, day) for day in range(1, 8)}
SUBSTITUTED = {date(2026, 10, 10)}


def _every_day() -> list[date]:
    return [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


CHINA = WorkCalendar.of_days(
    [day for day in _every_day() if (day.weekday() < 5 and day not in FREE) or day in SUBSTITUTED],
    FIRST,
    LAST,
    provisional_years=[2027],
)


def local(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(ZONE))


def october(day: int) -> date:
    return date(2026, 10, day)


# The case worked out by hand: every due date of it that is counted in working days.


def test_the_earliest_start_after_a_proposal_on_30_september_is_the_substituted_saturday() -> None:
    assert CHINA.earliest_start(date(2026, 9, 30), 3) == october(10)
    assert not CHINA.keeps_notice(date(2026, 9, 30), october(9), 3)
    assert CHINA.keeps_notice(date(2026, 9, 30), october(12), 3)


def test_the_booking_is_due_three_working_days_before_the_window_ends() -> None:
    day = CHINA.latest_proposal(october(23), 3)
    assert CHINA.end_of_work(day, ZONE) == local(10, 20, 18)


def test_the_briefing_is_due_on_the_third_working_day_before_the_start() -> None:
    assert CHINA.nth_working_day_before(october(12), 3) == october(8)
    assert CHINA.due_before(local(10, 12, 14), 3, ZONE) == local(10, 8, 18)


def test_signing_is_due_two_working_days_after_the_session_ended() -> None:
    assert CHINA.due_after(local(10, 12, 14, 50), 2, ZONE) == local(10, 14, 18)


def test_archiving_is_due_one_working_day_after_the_last_signature() -> None:
    assert CHINA.due_after(local(10, 13, 9, 30), 1, ZONE) == local(10, 14, 18)
    assert CHINA.due_after(local(10, 22, 10), 1, ZONE) == local(10, 23, 18)


def test_evaluations_are_due_five_working_days_after_the_session() -> None:
    assert CHINA.due_after(local(10, 12, 14, 50), 5, ZONE) == local(10, 19, 18)


def test_check_ins_are_weekly_from_the_day_in_force_until_the_plan_ends() -> None:
    dues = CHINA.weekly(october(13), 7, date(2026, 11, 13))
    assert dues == [october(20), october(27), date(2026, 11, 3), date(2026, 11, 10)]


def test_the_review_is_due_one_month_after_the_plan_is_in_force() -> None:
    assert CHINA.one_month_later(october(13)) == date(2026, 11, 13)


def test_the_second_revision_is_due_two_working_days_after_its_offer() -> None:
    assert CHINA.due_after(local(11, 13, 11), 2, ZONE) == local(11, 17, 18)


def test_the_golden_week_is_free_and_its_substitute_works() -> None:
    working = [day for day in range(1, 13) if CHINA.is_working(october(day))]
    assert working == [8, 9, 10, 12]
    assert CHINA.next_working_day(october(1)) == october(8)
    assert CHINA.last_working_day(october(7)) == date(2026, 9, 30)


# Edges.


def test_an_event_at_night_belongs_to_the_local_day() -> None:
    late = datetime(2026, 10, 12, 16, 30, tzinfo=UTC)
    assert local_date(late, ZONE) == october(13)
    assert CHINA.due_after(late, 1, ZONE) == local(10, 14, 18)


def test_the_calendar_says_when_work_begins_and_ends() -> None:
    early = WorkCalendar.of_days(CHINA.days, FIRST, LAST, WorkingHours(time(8, 30), time(17, 15)))
    assert early.start_of_work(october(8), ZONE) == local(10, 8, 8, 30)
    assert early.end_of_work(october(8), ZONE) == local(10, 8, 17, 15)


def test_working_hours_come_as_minutes_with_or_without_a_break() -> None:
    assert WorkingHours.of_minutes(540, 1080) == WorkingHours()
    assert WorkingHours.of_minutes(510, 1035, 720, 780) == WorkingHours(time(8, 30), time(17, 15), time(12), time(13))


def test_the_end_of_work_follows_daylight_saving() -> None:
    assert CHINA.end_of_work(date(2026, 3, 27), "Europe/Berlin") == datetime(2026, 3, 27, 17, tzinfo=UTC)
    assert CHINA.end_of_work(date(2026, 3, 30), "Europe/Berlin") == datetime(2026, 3, 30, 16, tzinfo=UTC)


def test_check_ins_that_move_to_the_same_day_are_one() -> None:
    dues = CHINA.weekly(date(2026, 9, 29), 2, october(9))
    assert dues == [october(8), october(9)]


def test_a_check_in_moves_past_the_end_only_if_its_nominal_day_is_within() -> None:
    assert CHINA.weekly(date(2026, 9, 26), 7, october(3)) == [october(8)]
    assert CHINA.weekly(date(2026, 9, 26), 7, october(2)) == []


def test_one_month_after_the_31st_is_the_last_day_moved_to_a_working_day() -> None:
    assert same_day_next_month(date(2026, 1, 31)) == date(2026, 2, 28)
    assert CHINA.one_month_later(date(2026, 1, 31)) == date(2026, 3, 2)
    assert same_day_next_month(date(2026, 12, 31)) == date(2027, 1, 31)


def test_a_proposal_on_a_free_day_before_the_last_day_still_keeps_one_day_of_notice() -> None:
    assert CHINA.latest_proposal(october(12), 1) == october(11)
    assert CHINA.latest_proposal(october(11), 1) == october(9)


def test_a_year_not_announced_is_provisional() -> None:
    assert CHINA.is_provisional(date(2027, 5, 1))
    assert not CHINA.is_provisional(october(1))


@pytest.mark.parametrize(
    "beyond",
    [
        lambda: CHINA.is_working(date(2025, 12, 31)),
        lambda: CHINA.add_working_days(date(2027, 12, 30), 5),
        lambda: CHINA.nth_working_day_before(date(2026, 1, 5), 9),
        lambda: CHINA.next_working_day(date(2028, 1, 1)),
        lambda: CHINA.weekly(date(2027, 12, 1), 7, date(2028, 2, 1)),
    ],
)
def test_days_outside_the_calendar_are_refused_with_its_range(beyond: object) -> None:
    with pytest.raises(CalendarOutOfRange) as refused:
        beyond()  # type: ignore[operator]
    assert refused.value.reason == "CALENDAR_OUT_OF_RANGE"
    assert refused.value.facts["first"] == "2026-01-01"
    assert refused.value.facts["last"] == "2027-12-31"
    assert refused.value.facts["day"] not in {day.isoformat() for day in _every_day()}


def test_negative_counts_and_empty_cadences_are_programming_errors() -> None:
    with pytest.raises(ValueError, match="negative"):
        CHINA.add_working_days(october(8), -1)
    with pytest.raises(ValueError, match="cadence"):
        CHINA.weekly(october(8), 0, october(20))
    with pytest.raises(ValueError, match="consecutive"):
        WorkCalendar.of_years({2026: b"", 2028: b""})


# Properties.

days = st.dates(date(2026, 3, 1), date(2027, 9, 30))
counts = st.integers(1, 30)


@given(days, counts)
def test_adding_lands_on_a_working_day_that_counts_back(day: date, n: int) -> None:
    there = CHINA.add_working_days(day, n)
    assert CHINA.is_working(there)
    assert CHINA.working_days_between(day, there) == n


@given(days, counts)
def test_going_back_is_the_inverse_of_adding_from_a_working_day(day: date, n: int) -> None:
    day = CHINA.next_working_day(day)
    assert CHINA.nth_working_day_before(CHINA.add_working_days(day, n), n) == day


@given(days, st.integers(0, 10))
def test_the_latest_proposal_is_the_last_one_that_keeps_notice(last_day: date, n: int) -> None:
    start = CHINA.last_working_day(last_day)
    latest = CHINA.latest_proposal(last_day, n)
    assert CHINA.keeps_notice(latest, start, n)
    assert not CHINA.keeps_notice(latest + timedelta(days=1), start, n)


@given(days, counts)
def test_the_earliest_start_is_the_first_that_keeps_notice(day: date, n: int) -> None:
    earliest = CHINA.earliest_start(day, n)
    assert CHINA.keeps_notice(day, earliest, n)
    assert not CHINA.keeps_notice(day, earliest - timedelta(days=1), n)


@given(days, st.integers(1, 14), st.integers(0, 80))
def test_check_ins_rise_strictly_and_fall_on_working_days(start: date, every: int, length: int) -> None:
    dues = CHINA.weekly(start, every, start + timedelta(days=length))
    assert all(CHINA.is_working(due) and due > start for due in dues)
    assert all(before < after for before, after in pairwise(dues))
    assert len(dues) <= length // every


def test_year_bitmaps_carry_the_calendar_whole() -> None:
    years = {year: CHINA.year_bitmap(year) for year in (2026, 2027)}
    assert {len(bitmap) for bitmap in years.values()} == {46}
    again = WorkCalendar.of_years(years, provisional_years=[2027])
    assert again == CHINA
