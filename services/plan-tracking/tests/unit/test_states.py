from datetime import UTC, datetime, timedelta

import pytest
from common.errors import IllegalTransition
from common.steps import StepState
from plan_tracking.domain.ledger_rows import StepClosed, ending, is_late, require_waivable
from plan_tracking.domain.states import RUNNING, PlanState, allow

DUE = datetime(2026, 10, 14, 10, tzinfo=UTC)
LATER = DUE + timedelta(seconds=1)


@pytest.mark.parametrize("state", list(PlanState))
def test_a_command_in_the_wrong_state_is_refused_by_the_states_name(state: PlanState) -> None:
    if state in RUNNING:
        allow("plan", state, RUNNING, "offer")
        return
    with pytest.raises(IllegalTransition) as refused:
        allow("plan", state, RUNNING, "offer")
    assert refused.value.facts["state"] == state.value


def test_what_was_due_is_missed_when_its_case_ends_and_all_else_is_void() -> None:
    assert ending(DUE, LATER) is StepState.MISSED
    assert ending(LATER, DUE) is StepState.WITHDRAWN
    assert ending(None, LATER) is StepState.WITHDRAWN


def test_an_act_at_the_due_moment_is_in_time() -> None:
    assert not is_late(DUE, DUE)
    assert is_late(LATER, DUE)
    assert not is_late(LATER, None)


def test_a_step_is_waived_only_while_open_and_before_its_due_date() -> None:
    require_waivable("signed", StepState.OPEN, DUE, DUE)
    require_waivable("signed", StepState.OPEN, None, LATER)
    for state, now in ((StepState.OPEN, LATER), (StepState.DONE, DUE), (StepState.WAIVED, DUE)):
        with pytest.raises(StepClosed):
            require_waivable("signed", state, DUE, now)
