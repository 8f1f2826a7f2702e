from datetime import date

import pytest
from common.errors import IllegalTransition, Invalid
from interview_record.domain.cycles import CycleDates, CycleState, check_cycle
from interview_record.domain.decisions import ShortfallState, after_detection, check_decision

CYCLE = {
    "update": {"draft"},
    "launch": {"draft"},
    "close": {"launched"},
    "cancel": {"draft", "launched"},
}


@pytest.mark.parametrize("action", CYCLE)
@pytest.mark.parametrize("state", CycleState)
def test_a_cycle_allows_each_action_in_its_states_only(action: str, state: CycleState) -> None:
    if state in CYCLE[action]:
        check_cycle(state, action)
        return
    with pytest.raises(IllegalTransition) as refused:
        check_cycle(state, action)
    assert refused.value.facts == {"resource": "cycle", "state": state, "action": action}


def test_both_stretches_of_a_cycle_end_after_they_begin_and_each_is_named() -> None:
    CycleDates(date(2026, 9, 1), date(2026, 9, 1), date(2026, 10, 1), date(2026, 10, 1)).check()
    with pytest.raises(Invalid) as refused:
        CycleDates(date(2026, 9, 2), date(2026, 9, 1), date(2026, 10, 2), date(2026, 10, 1)).check()
    assert [each.field for each in refused.value.fields] == ["period_until", "window_until"]


@pytest.mark.parametrize(
    ("before", "short", "after"),
    [
        (None, False, None),
        (None, True, "found"),
        ("found", True, "found"),
        ("accepted", True, "accepted"),
        ("dismissed", True, "dismissed"),
        ("gone", True, "found"),
        ("found", False, "gone"),
        ("accepted", False, "gone"),
        ("dismissed", False, "gone"),
        ("gone", False, "gone"),
    ],
)
def test_a_decision_outlives_new_sums_but_not_the_end_of_the_shortfall(
    before: str | None, short: bool, after: str | None
) -> None:
    assert after_detection(before, short=short) == after


def test_one_may_change_ones_mind_but_not_decide_the_same_twice_nor_what_is_gone() -> None:
    check_decision(ShortfallState.DISMISSED, "accept")
    check_decision(ShortfallState.ACCEPTED, "dismiss")
    for state, action in (("accepted", "accept"), ("dismissed", "dismiss"), ("gone", "accept"), ("gone", "dismiss")):
        with pytest.raises(IllegalTransition):
            check_decision(state, action)
