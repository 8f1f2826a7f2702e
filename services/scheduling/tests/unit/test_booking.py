"""States of a booking and of its step."""

from datetime import UTC, datetime, timedelta

import pytest
from common.errors import IllegalTransition, Invalid
from common.ids import new_id
from common.steps import StepState
from scheduling.domain.booked_step import StepClosed, ending, require_waivable
from scheduling.domain.booking import LIVE, BookingState, answer_due, answerer, next_state
from scheduling.domain.calendar_rules import Hours

NOW = datetime(2026, 10, 12, 6, tzinfo=UTC)
ACTIONS = ["accept", "decline", "expire", "move", "cancel", "record_no_show", "complete"]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", [each for each in BookingState if each not in LIVE])
def test_a_booking_that_has_ended_stays_so_and_the_refusal_names_its_state(state: BookingState, action: str) -> None:
    with pytest.raises(IllegalTransition) as refused:
        next_state(state, action)
    assert (refused.value.facts["state"], refused.value.facts["action"]) == (state, action)


@pytest.mark.parametrize("action", ["accept", "decline", "expire"])
def test_only_a_proposed_booking_is_answered(action: str) -> None:
    assert next_state(BookingState.PROPOSED, action) not in {BookingState.PROPOSED}
    with pytest.raises(IllegalTransition):
        next_state(BookingState.CONFIRMED, action)


def test_the_one_who_did_not_propose_answers() -> None:
    employee, manager, partner = new_id(), new_id(), new_id()
    assert answerer(manager, employee, manager) == employee
    assert answerer(employee, employee, manager) == manager
    assert answerer(partner, employee, manager) == employee


def test_silence_never_lasts_beyond_the_start() -> None:
    assert answer_due(NOW, NOW + timedelta(hours=1)) == NOW
    assert answer_due(NOW, NOW - timedelta(hours=1)) == NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("due_at", "expected"),
    [(NOW, StepState.MISSED), (NOW + timedelta(seconds=1), StepState.WITHDRAWN), (None, StepState.WITHDRAWN)],
)
def test_a_cancelled_case_misses_only_what_was_due(due_at: datetime | None, expected: StepState) -> None:
    assert ending(due_at, NOW) is expected


@pytest.mark.parametrize("state", [StepState.DONE, StepState.MISSED, StepState.WAIVED, StepState.WITHDRAWN])
def test_a_closed_step_is_not_waived(state: StepState) -> None:
    with pytest.raises(StepClosed):
        require_waivable(state, NOW + timedelta(days=1), NOW)


def test_a_step_is_waived_before_its_due_date_only() -> None:
    require_waivable(StepState.OPEN, NOW, NOW)
    require_waivable(StepState.OPEN, None, NOW)
    with pytest.raises(StepClosed):
        require_waivable(StepState.OPEN, NOW - timedelta(seconds=1), NOW)


@pytest.mark.parametrize(
    "hours", [Hours(600, 540), Hours(0, 1440), Hours(540, 1080, 500, 560), Hours(540, 1080, 800, 700)]
)
def test_hours_that_cannot_be_are_refused(hours: Hours) -> None:
    with pytest.raises(Invalid):
        hours.require_valid()
