from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from common.ids import new_id
from hypothesis import given
from hypothesis import strategies as st
from interview_record.domain.population import Candidate, LeftOut, PopulationRule, left_out

PERSON = Candidate(new_id(), "sales", True, "regular", date(2022, 1, 1), None, placeholder=False)
WINDOW_UNTIL = date(2026, 10, 23)


def why(
    rule: PopulationRule, person: Candidate = PERSON, *, shortfalls: tuple[UUID, ...] = (), busy: bool = False
) -> LeftOut | None:
    return left_out(rule, person, window_until=WINDOW_UNTIL, shortfalls=shortfalls, has_open_interview=busy)


def test_a_rule_that_says_nothing_takes_everybody() -> None:
    assert why(PopulationRule()) is None


@pytest.mark.parametrize(
    ("rule", "change", "reason"),
    [
        ({}, {"placeholder": True}, LeftOut.PLACEHOLDER),
        ({"exclude_person_ids": frozenset({PERSON.person_id})}, {}, LeftOut.EXCLUDED),
        ({}, {"left_on": date(2026, 10, 22)}, LeftOut.LEAVING),
        ({"hired_until": date(2021, 12, 31)}, {}, LeftOut.HIRED_TOO_LATE),
        ({"job_families": ("technical",)}, {}, LeftOut.NOT_IN_FAMILY),
        ({"core_families_only": True}, {"core_family": False}, LeftOut.NOT_IN_FAMILY),
        ({"employee_types": ("new_hire",)}, {}, LeftOut.NOT_OF_TYPE),
        ({"with_accepted_shortfall": True}, {}, LeftOut.NO_ACCEPTED_SHORTFALL),
    ],
)
def test_each_condition_that_is_missed_is_the_reason(
    rule: dict[str, Any], change: dict[str, Any], reason: LeftOut
) -> None:
    assert why(PopulationRule(**rule), replace(PERSON, **change)) is reason


def test_somebody_whose_last_day_is_the_windows_last_can_still_be_interviewed() -> None:
    assert why(PopulationRule(), replace(PERSON, left_on=WINDOW_UNTIL)) is None


def test_an_unknown_hire_date_is_early_enough() -> None:
    assert why(PopulationRule(hired_until=date(2000, 1, 1)), replace(PERSON, hired_on=None)) is None


def test_an_accepted_shortfall_is_enough() -> None:
    assert why(PopulationRule(with_accepted_shortfall=True), shortfalls=(new_id(),)) is None


def test_who_is_named_needs_no_condition_but_no_second_interview_either() -> None:
    named = PopulationRule(job_families=("technical",), include_person_ids=frozenset({PERSON.person_id}))
    assert why(named) is None
    assert why(named, busy=True) is LeftOut.HAS_OPEN_INTERVIEW
    assert why(named, replace(PERSON, placeholder=True)) is LeftOut.PLACEHOLDER


ids = st.lists(st.uuids(), max_size=3)
rules = st.builds(
    PopulationRule,
    unit_ids=st.lists(st.uuids(), max_size=3, unique=True).map(lambda found: tuple(sorted(found))),
    job_families=st.sampled_from([(), ("sales",), ("sales", "technical")]),
    core_families_only=st.booleans(),
    employee_types=st.sampled_from([(), ("new_hire", "regular")]),
    with_accepted_shortfall=st.booleans(),
    hired_until=st.none() | st.dates(),
    include_person_ids=ids.map(frozenset),
    exclude_person_ids=ids.map(frozenset),
)


@given(rules)
def test_a_stored_rule_reads_back_as_it_was(rule: PopulationRule) -> None:
    assert PopulationRule.read(rule.stored()) == rule
