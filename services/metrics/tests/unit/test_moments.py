from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from metrics.domain.moments import end_of_day, month_of, months_later, plan_ended_on
from metrics.domain.targets import default_targets


@dataclass
class Plan:
    state: str = "active"
    withdraw_reason: str = ""
    in_force_at: datetime | None = datetime(2026, 10, 13, tzinfo=UTC)
    ends_on: date | None = date(2026, 11, 13)
    closed_at: datetime | None = None


def test_the_month_is_that_of_the_local_date() -> None:
    moment = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
    assert month_of(moment, "Asia/Shanghai") == "2026-11"
    assert month_of(moment, "America/New_York") == "2026-10"
    assert month_of(None, "UTC") is None


def test_a_day_ends_when_it_is_over_in_the_zone() -> None:
    assert end_of_day(date(2026, 11, 13), "Asia/Shanghai") == datetime(2026, 11, 13, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 9, 30), 6, date(2027, 3, 30)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 31), 24, date(2028, 1, 31)),
        (date(2026, 11, 15), 1, date(2026, 12, 15)),
    ],
)
def test_months_later_is_the_same_day_or_the_months_last(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


@pytest.mark.parametrize(
    ("plan", "ended_on"),
    [
        (Plan(), date(2026, 11, 13)),
        (Plan("achieved"), date(2026, 11, 13)),
        (Plan("draft", in_force_at=None), None),
        (Plan("withdrawn", "left"), None),
        (Plan("withdrawn", "interview_cancelled", in_force_at=None), None),
        (
            Plan("withdrawn", "refused", None, None, datetime(2026, 10, 20, 17, 0, tzinfo=UTC)),
            date(2026, 10, 21),
        ),
    ],
)
def test_a_plan_counts_after_its_last_due_date_or_its_withdrawal_after_a_refusal(
    plan: Plan, ended_on: date | None
) -> None:
    assert plan_ended_on(plan, "Asia/Shanghai") == ended_on


def test_targets_start_as_the_standard_has_them() -> None:
    found = {each.kind: (each.percent, each.due_on) for each in default_targets(date(2026, 9, 1)).targets}
    assert found == {
        "coverage": (90, date(2027, 3, 1)),
        "compliance": (85, date(2027, 9, 1)),
        "satisfaction": (75, date(2027, 9, 1)),
        "attainment": (80, date(2028, 9, 1)),
    }
