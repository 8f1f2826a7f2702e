from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from common.steps import Step
from common.workdays import WorkCalendar
from hypothesis import given
from hypothesis import strategies as st
from interview_record.domain.dues import WorkTime, is_late, preparation_dues

ZONE = "Asia/Shanghai"
FREE = {date(2026, 10, day) for day in range(1, 8)}
EXTRA = {date(2026, 10, 10)}
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
DAYS = [
    day
    for offset in range((LAST - FIRST).days + 1)
    if (day := FIRST + timedelta(days=offset)) in EXTRA or (day.isoweekday() <= 5 and day not in FREE)
]
CHINA = WorkTime(WorkCalendar.of_days(DAYS, FIRST, LAST), ZONE)


def at(day: str, time: str) -> datetime:
    return datetime.fromisoformat(f"2026-{day}T{time}").replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def test_data_goal_and_sharing_are_due_three_working_days_before_the_start() -> None:
    dues = preparation_dues(CHINA, at("10-12", "14:00"), 3)

    assert {dues[step] for step in (Step.DATA_READY, Step.GOAL_SET, Step.SHARED)} == {at("10-08", "18:00")}


def test_the_self_analysis_is_due_at_the_booked_start() -> None:
    assert preparation_dues(CHINA, at("10-12", "14:00"), 3)[Step.SELF_ANALYSIS] == at("10-12", "14:00")


def test_without_a_start_nothing_of_the_preparation_is_due() -> None:
    assert set(preparation_dues(CHINA, None, 3).values()) == {None}


@pytest.mark.parametrize(
    ("hold_by", "due"),
    [("2026-10-23", ("10-23", "18:00")), ("2026-10-25", ("10-23", "18:00")), ("2026-10-11", ("10-10", "18:00"))],
)
def test_held_is_due_on_the_last_working_day_up_to_the_hold_by_date(hold_by: str, due: tuple[str, str]) -> None:
    assert CHINA.held_by(date.fromisoformat(hold_by)) == at(*due)


@pytest.mark.parametrize(
    ("event", "days", "due"),
    [
        (("10-12", "14:50"), 5, ("10-19", "18:00")),
        (("10-13", "09:30"), 1, ("10-14", "18:00")),
        (("10-22", "10:00"), 1, ("10-23", "18:00")),
        (("09-30", "20:00"), 1, ("10-08", "18:00")),
    ],
)
def test_evaluations_and_archive_count_working_days_after_the_event(
    event: tuple[str, str], days: int, due: tuple[str, str]
) -> None:
    assert CHINA.after(at(*event), days) == at(*due)


@given(st.integers(0, 300), st.integers(0, 20))
def test_a_later_start_never_makes_the_preparation_due_earlier(offset: int, days: int) -> None:
    start = at("02-02", "10:00") + timedelta(days=offset)

    first = preparation_dues(CHINA, start, days)[Step.SHARED]
    second = preparation_dues(CHINA, start + timedelta(days=1), days)[Step.SHARED]

    assert first is not None
    assert second is not None
    assert first <= second


def test_an_act_on_the_very_moment_is_in_time_and_one_before_any_due_is_known_too() -> None:
    due = at("10-08", "18:00")

    assert not is_late(due, due)
    assert is_late(due + timedelta(seconds=1), due)
    assert not is_late(due, None)
