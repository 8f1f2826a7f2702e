from datetime import UTC, datetime, timedelta

import pytest
from common.errors import IllegalTransition
from common.steps import StepState
from interview_record.domain.interview import State, check
from interview_record.domain.steps import StepClosed, check_waivable, ending

NOW = datetime(2026, 10, 12, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("action", "allowed"),
    [
        ("start_session", {State.OPEN}),
        ("confirm_data", {State.OPEN}),
        ("cancel", {State.OPEN, State.IN_PROGRESS}),
        ("share_briefing", {State.OPEN, State.IN_PROGRESS}),
        ("archive", {State.CONCLUDED}),
        ("close", {State.ARCHIVED}),
        ("evaluate", set(State) - {State.OPEN, State.CANCELLED}),
    ],
)
def test_an_act_is_possible_in_its_states_only_and_the_refusal_names_the_state(
    action: str, allowed: set[State]
) -> None:
    for state in State:
        if state in allowed:
            check(action, state)
            continue
        with pytest.raises(IllegalTransition) as refused:
            check(action, state)
        assert refused.value.facts["state"] == state


def test_the_goal_cannot_be_set_once_the_session_has_ended() -> None:
    with pytest.raises(IllegalTransition):
        check("set_core_goal", State.IN_PROGRESS, NOW)


def test_a_step_is_waived_before_its_due_date_or_not_at_all() -> None:
    check_waivable("shared", StepState.OPEN, NOW, NOW)
    check_waivable("shared", StepState.OPEN, None, NOW)
    with pytest.raises(StepClosed):
        check_waivable("shared", StepState.OPEN, NOW, NOW + timedelta(seconds=1))
    with pytest.raises(StepClosed):
        check_waivable("shared", StepState.DONE, NOW, NOW - timedelta(days=1))


def test_cancelling_misses_what_was_due_and_voids_the_rest() -> None:
    assert ending(NOW - timedelta(days=1), NOW) == StepState.MISSED
    assert ending(NOW + timedelta(days=1), NOW) == StepState.WITHDRAWN
    assert ending(None, NOW) == StepState.WITHDRAWN
