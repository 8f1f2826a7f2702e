from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from common.steps import StepState
from hypothesis import given
from hypothesis import strategies as st
from metrics.domain.verdicts import Verdict, standing_of, verdict_of

NOW = datetime(2026, 10, 12, 10, 0, tzinfo=UTC)


@dataclass
class Row:
    state: str = "open"
    late: bool = False
    due_at: datetime | None = NOW
    required: bool = True
    after_first_review: bool = False


rows = st.builds(
    Row,
    state=st.sampled_from(list(StepState)),
    late=st.booleans(),
    due_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    required=st.booleans(),
    after_first_review=st.booleans(),
)


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (Row(due_at=None), Verdict.OPEN),
        (Row(due_at=NOW), Verdict.OPEN),
        (Row(due_at=NOW - timedelta(microseconds=1)), Verdict.OVERDUE),
        (Row("done"), Verdict.MET),
        (Row("done", late=True), Verdict.LATE),
        (Row("missed"), Verdict.MISSED),
        (Row("waived"), Verdict.WAIVED),
        (Row("withdrawn"), Verdict.WITHDRAWN),
    ],
)
def test_a_row_is_judged_by_its_state_and_the_moment(row: Row, verdict: Verdict) -> None:
    assert verdict_of(row, NOW) is verdict


def test_a_case_counts_by_its_last_required_due_date_up_to_the_first_review() -> None:
    later = [
        Row("done", due_at=NOW + timedelta(days=9), after_first_review=True),
        Row("open", due_at=NOW + timedelta(days=8), required=False),
        Row("withdrawn", due_at=NOW + timedelta(days=7)),
    ]
    standing = standing_of([Row("done"), Row("done", due_at=NOW + timedelta(days=1)), *later], "concluded")
    assert standing.last_due_at == NOW + timedelta(days=1)
    assert standing.countable
    assert standing.compliant


@pytest.mark.parametrize("failed", [Row("open"), Row("open", due_at=None), Row("missed"), Row("done", late=True)])
def test_one_required_step_that_is_neither_met_nor_waived_makes_a_case_not_compliant(failed: Row) -> None:
    assert not standing_of([Row("done"), Row("waived"), failed], "concluded").compliant


def test_a_cancelled_case_counts_only_if_a_step_was_missed_before() -> None:
    assert not standing_of([Row("done"), Row("withdrawn")], "cancelled").countable
    assert standing_of([Row("done"), Row("missed")], "cancelled").countable


def test_a_case_whose_dues_are_all_unknown_does_not_count() -> None:
    assert not standing_of([Row(due_at=None), Row("withdrawn")], "open").countable


@given(st.lists(rows), st.sampled_from(["open", "closed", "cancelled"]))
def test_no_invited_later_or_withdrawn_row_changes_a_standing(many: list[Row], state: str) -> None:
    counted = [row for row in many if row.required and not row.after_first_review and row.state != "withdrawn"]
    assert standing_of(many, state) == standing_of(counted, state)
