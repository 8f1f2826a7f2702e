from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from common.workdays import WorkCalendar, local_date
from hypothesis import given
from hypothesis import strategies as st
from plan_tracking.domain import dues
from plan_tracking.domain.dues import Disputes, Workdays
from plan_tracking.domain.refusing import moves_due_date
from plan_tracking.domain.reviewing import OutcomeRequired, ReviewTooEarly, require_stage, require_verdict
from plan_tracking.domain.states import RefusalKind, Verdict

ZONE = "Asia/Shanghai"
FREE = {date(2026, 10, day) for day in range(1, 8)} | {date(2026, 10, 11)}


def china() -> Workdays:
    days = [date(2026, 1, 1) + timedelta(days=offset) for offset in range(730)]
    working = [day for day in days if day == date(2026, 10, 10) or (day.weekday() < 5 and day not in FREE)]
    return Workdays(WorkCalendar.of_days(working, days[0], days[-1]), ZONE)


def at(day: str, time: str = "18:00") -> datetime:
    return datetime.fromisoformat(f"2026-{day}T{time}").replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def test_signing_is_due_two_working_days_after_the_session() -> None:
    assert dues.signing_due(china(), at("10-12", "14:50"), 2, Disputes(), 2) == at("10-14")


def test_signing_is_never_due_earlier_than_two_working_days_after_a_dispute() -> None:
    open_dispute = Disputes((at("10-14"),))
    assert dues.signing_due(china(), at("10-12", "14:50"), 2, open_dispute, 2) == at("10-16")
    decided = Disputes((), at("10-12", "16:00"))
    assert dues.signing_due(china(), at("10-12", "14:50"), 2, decided, 2) == at("10-14")


def test_check_ins_fall_weekly_from_the_day_in_force_to_the_end() -> None:
    found = dues.check_in_days(china(), at("10-13", "09:30"), 7, date(2026, 11, 13))
    assert found == [date(2026, 10, 20), date(2026, 10, 27), date(2026, 11, 3), date(2026, 11, 10)]


@given(st.datetimes(datetime(2026, 10, 13, 1, 31), datetime(2026, 11, 10, 9, 59)))
def test_every_moment_of_a_plan_lies_in_exactly_one_period(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC)
    days = china()
    found = dues.check_in_days(days, at("10-13", "09:30"), 7, date(2026, 11, 13))
    end = dues.period_end(days, found, moment)
    assert end is not None
    ends = [days.end_of(day) for day in found]
    previous = max((each for each in ends if each < end), default=at("10-13", "09:30"))
    assert previous <= moment < end


def test_after_the_last_period_there_is_none() -> None:
    found = dues.check_in_days(china(), at("10-13", "09:30"), 7, date(2026, 11, 13))
    assert dues.period_end(china(), found, at("11-10")) is None


@pytest.mark.parametrize(
    ("in_force", "months", "ends_on", "due"),
    [
        ("10-13", 1, date(2026, 11, 13), "11-13"),
        ("10-13", 1, date(2026, 10, 30), "10-30"),
        ("10-14", 1, date(2026, 12, 31), "11-16"),  # 14 November is a Saturday
    ],
)
def test_the_first_review_is_one_month_on_or_at_the_end(in_force: str, months: int, ends_on: date, due: str) -> None:
    assert dues.first_review_due(china(), at(in_force, "09:30"), months, ends_on) == at(due)


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.integers(0, 30))
def test_months_later_is_the_same_day_or_the_months_last(day: date, count: int) -> None:
    later = dues.add_months(day, count)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == count
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_the_hrbp_is_told_five_working_days_after_the_end() -> None:
    overdue_at = dues.outcome_overdue_at(china(), date(2026, 11, 13), 5)
    assert local_date(overdue_at, ZONE) == date(2026, 11, 20)


@pytest.mark.parametrize(("recorded", "moves"), [("10-15", True), ("10-16", False)])
def test_a_silence_moves_the_due_date_only_within_a_working_day(recorded: str, moves: bool) -> None:
    found = moves_due_date(RefusalKind.SILENCE, at(recorded, "10:00"), at("10-14"), china(), 1)
    assert found is moves
    assert moves_due_date(RefusalKind.STATED, at(recorded, "10:00"), at("10-14"), china(), 1)


def test_a_plan_at_its_end_needs_an_outcome_but_its_first_review_may_adjust() -> None:
    end = date(2026, 11, 13)
    require_verdict(Verdict.ADJUST, first=True, today=end, ends_on=end)
    require_verdict(Verdict.CONTINUE, first=True, today=end - timedelta(days=1), ends_on=end)
    for verdict, first in ((Verdict.CONTINUE, True), (Verdict.ADJUST, False), (Verdict.CONTINUE, False)):
        with pytest.raises(OutcomeRequired):
            require_verdict(verdict, first=first, today=end, ends_on=end)
    require_verdict(Verdict.NOT_ACHIEVED, first=False, today=end, ends_on=end)


def test_a_review_to_continue_lies_in_the_last_period_before_it_is_due() -> None:
    require_stage(Verdict.ADJUST, at("11-06"), at("11-13"), 7)
    require_stage(Verdict.ACHIEVED, at("10-20"), at("11-13"), 7)
    with pytest.raises(ReviewTooEarly):
        require_stage(Verdict.CONTINUE, at("11-06", "17:59"), at("11-13"), 7)
