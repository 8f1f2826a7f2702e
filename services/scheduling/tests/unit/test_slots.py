"""Which starts are free, and why the others are not; the dates are those of the case worked out by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from common.workdays import WorkCalendar, WorkingHours, local_date
from hypothesis import given
from hypothesis import strategies as st
from scheduling.domain.booked_step import booking_due
from scheduling.domain.booking import Attendee, NoticeTooShort, SlotAlreadyTaken, Span
from scheduling.domain.holiday_calendar import DayRule, Place
from scheduling.domain.slots import Attending, Frame, Reason, Refusal, refusal_text

SHANGHAI = "Asia/Shanghai"


def calendar(code: str, hours: WorkingHours = WorkingHours()) -> WorkCalendar:
    place = Place(code)
    years = DayRule(place, frozenset(place.weekdays())).expand(2025, 2027)
    days = [day for year in years for day in year.working]
    return WorkCalendar.of_days(days, date(2025, 1, 1), date(2027, 12, 31), hours)


CHINA = calendar("CN", WorkingHours(time(9), time(18), time(12), time(13)))


def at(text: str, zone: str = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def span(text: str, minutes: int = 50, zone: str = SHANGHAI) -> Span:
    return Span.of_minutes(at(text, zone), minutes)


FRAME = Frame(
    now=at("2026-09-30 10:00"),
    notice_days=3,
    window_from=date(2026, 9, 21),
    hold_by=date(2026, 10, 23),
    employee=Attending(Attendee.EMPLOYEE, CHINA, SHANGHAI),
    manager=Attending(Attendee.MANAGER, CHINA, SHANGHAI),
)


def reasons(start: Span, frame: Frame = FRAME) -> list[Reason]:
    return [each.reason for each in frame.refusals(start)]


def test_three_working_days_after_the_proposal_pass_over_the_holiday() -> None:
    assert FRAME.earliest_on == date(2026, 10, 10)
    assert reasons(span("2026-10-10 14:00")) == []
    assert reasons(span("2026-10-09 14:00")) == [Reason.NOTICE_TOO_SHORT]


def test_the_step_of_booking_is_due_on_the_last_day_that_keeps_notice() -> None:
    assert booking_due(CHINA, SHANGHAI, date(2026, 10, 23), 3) == at("2026-10-20 18:00")


def test_a_refusal_for_notice_names_the_earliest_date() -> None:
    error = FRAME.error(Refusal(Reason.NOTICE_TOO_SHORT))
    assert isinstance(error, NoticeTooShort)
    assert error.facts == {"days": "3", "earliest_on": "2026-10-10"}
    assert "2026-10-10" in error.text("zh-CN")


def test_a_slot_of_somebody_booked_is_a_conflict() -> None:
    assert isinstance(FRAME.error(Refusal(Reason.PERSON_BOOKED, Attendee.MANAGER)), SlotAlreadyTaken)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-10-05 14:00", [Reason.NOTICE_TOO_SHORT, Reason.FREE_DAY, Reason.FREE_DAY]),
        ("2026-10-11 14:00", [Reason.FREE_DAY, Reason.FREE_DAY]),
        ("2026-10-12 08:30", [Reason.OUTSIDE_WORKING_HOURS] * 2),
        ("2026-10-12 11:30", [Reason.OUTSIDE_WORKING_HOURS] * 2),
        ("2026-10-12 17:30", [Reason.OUTSIDE_WORKING_HOURS] * 2),
        ("2026-10-26 14:00", [Reason.OUTSIDE_WINDOW]),
        ("2026-09-29 14:00", [Reason.STARTS_IN_THE_PAST, Reason.NOTICE_TOO_SHORT]),
        ("2026-10-12 13:00", []),
        ("2026-10-12 17:10", []),
    ],
)
def test_every_refused_start_has_all_its_reasons(start: str, expected: list[Reason]) -> None:
    assert reasons(span(start)) == expected


def test_a_late_interview_is_allowed_once_the_window_is_over() -> None:
    late = replace(FRAME, now=at("2026-10-24 10:00"))
    assert reasons(span("2026-10-29 14:00"), late) == []


def test_each_of_the_two_is_asked_by_their_own_zone_and_calendar() -> None:
    berlin = Attending(Attendee.MANAGER, calendar("DE"), "Europe/Berlin")
    frame = replace(FRAME, manager=berlin)
    assert frame.refusals(span("2026-10-12 14:00")) == [Refusal(Reason.OUTSIDE_WORKING_HOURS, Attendee.MANAGER)]
    assert frame.refusals(span("2026-10-12 16:00")) == []
    saturday = frame.refusals(span("2026-10-10 16:00"))
    assert saturday == [Refusal(Reason.FREE_DAY, Attendee.MANAGER)]


def test_commitments_bookings_and_peaks_are_told_apart_and_by_person() -> None:
    taken = span("2026-10-12 14:30", 60)
    frame = replace(
        FRAME,
        employee=replace(FRAME.employee, busy=[taken], peaks=[(date(2026, 10, 12), date(2026, 10, 12))]),
        manager=replace(FRAME.manager, booked=[taken]),
    )
    assert frame.refusals(span("2026-10-12 14:00")) == [
        Refusal(Reason.BUSINESS_PEAK, Attendee.EMPLOYEE),
        Refusal(Reason.PERSON_BUSY, Attendee.EMPLOYEE),
        Refusal(Reason.PERSON_BOOKED, Attendee.MANAGER),
    ]
    assert frame.refusals(span("2026-10-13 14:00")) == []


def test_slots_that_only_touch_do_not_collide() -> None:
    frame = replace(FRAME, manager=replace(FRAME.manager, booked=[span("2026-10-12 14:00", 60)]))
    assert reasons(span("2026-10-12 15:00"), frame) == []
    assert reasons(span("2026-10-12 13:10"), frame) == []


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    for reason in Reason:
        zh, en = refusal_text(Refusal(reason, Attendee.MANAGER))
        assert zh
        assert en
        assert "{" not in zh + en


moments = st.datetimes(datetime(2026, 9, 1), datetime(2026, 11, 30)).map(lambda each: each.replace(tzinfo=UTC))


@given(moments, moments, st.integers(0, 5), st.sampled_from([SHANGHAI, "America/New_York", "Europe/Berlin"]))
def test_notice_is_kept_exactly_when_enough_working_days_lie_between(
    now: datetime, start: datetime, days: int, zone: str
) -> None:
    frame = replace(FRAME, now=now, notice_days=days, employee=replace(FRAME.employee, zone=zone))
    proposed_on, start_on = local_date(now, zone), local_date(start, zone)
    day, counted = proposed_on, 0
    while counted < days:
        day += timedelta(days=1)
        counted += CHINA.is_working(day)
    short = Reason.NOTICE_TOO_SHORT in reasons(Span.of_minutes(start, 50), frame)
    assert short == (start_on < day)


@given(st.dates(date(2026, 10, 8), date(2026, 10, 20)), st.sampled_from([30, 45, 50, 60]))
def test_every_start_on_the_grid_lies_within_the_employees_hours(day: date, minutes: int) -> None:
    starts = list(FRAME.starts(day, day, minutes))
    assert starts[0].starts_at == at(f"{day} 09:00")
    assert all(each.ends_at <= at(f"{day} 18:00") for each in starts)
