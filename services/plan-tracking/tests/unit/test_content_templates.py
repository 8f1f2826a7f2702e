from itertools import product
from pathlib import Path

import pytest
import yaml
from plan_tracking.content.templates import (
    JOB_FAMILIES,
    PERSONALISED_TYPES,
    SHORTFALL_TYPES,
    PlanTemplate,
    plan_template,
    plan_templates,
)
from plan_tracking.content.wording import wording_findings

PLAYBOOK = (
    Path(__file__).parents[4] / "services/interview-record/src/interview_record/content/data/playbooks/standard.yaml"
)


def template(shortfall_type: str, job_family: str, employee_type: str) -> PlanTemplate:
    found = plan_template(shortfall_type, job_family, employee_type)
    assert found is not None
    return found


def owners(found: PlanTemplate) -> set[str]:
    return {measure.owner_role for goal in found.goals for measure in goal.measures}


@pytest.mark.parametrize(("shortfall_type", "job_family"), list(product(SHORTFALL_TYPES, (*JOB_FAMILIES, "any"))))
def test_every_shortfall_type_has_a_template_of_its_own_for_every_job_family(
    shortfall_type: str, job_family: str
) -> None:
    assert template(shortfall_type, job_family, "regular").id == f"{shortfall_type}.{job_family}.any"


def test_no_two_templates_set_the_same_goals_except_where_the_pace_alone_differs() -> None:
    own = [found for found in plan_templates().values() if found.pace is None]

    assert len({found.goals for found in own}) == len(own)


def test_every_goal_has_a_measure_and_ends_within_the_plan() -> None:
    for found in plan_templates().values():
        assert found.goals
        for goal in found.goals:
            assert goal.measures
            assert all(measure.due_day <= goal.due_day <= found.days for measure in goal.measures)


def test_no_template_uses_wording_that_the_linter_warns_of() -> None:
    for found in plan_templates().values():
        for goal in found.goals:
            texts = [goal.statement, goal.target_hint, *(measure.action for measure in goal.measures)]
            assert [finding.words for text in texts for finding in wording_findings(f"{text.zh}\n{text.en}")] == []


def test_the_employee_type_wins_over_the_job_family() -> None:
    assert template("skill", "sales", "new_hire").id == "skill.any.new_hire"


def test_both_together_win_over_either() -> None:
    assert template("skill", "sales", "needs_improvement").id == "skill.sales.needs_improvement"


def test_a_tenants_own_job_family_reads_any_and_an_own_shortfall_type_has_no_template() -> None:
    assert template("skill", "pilots", "regular").id == "skill.any.any"
    assert plan_template("own_type", "sales", "regular") is None


def test_a_playbook_can_narrow_the_choice() -> None:
    among = {key: found for key, found in plan_templates().items() if found.employee_type == "any"}

    found = plan_template("skill", "sales", "new_hire", among=among)
    assert found is not None
    assert found.id == "skill.sales.any"


@pytest.mark.parametrize("shortfall_type", SHORTFALL_TYPES)
def test_a_new_hire_gets_a_mentor_and_basics_for_two_to_three_weeks(shortfall_type: str) -> None:
    found = template(shortfall_type, "any", "new_hire")

    assert 14 <= found.days <= 21
    assert {"mentor", "hr"} <= owners(found)


@pytest.mark.parametrize("shortfall_type", SHORTFALL_TYPES)
def test_a_role_change_goes_in_stages_of_thirty_sixty_and_ninety_days(shortfall_type: str) -> None:
    assert [goal.due_day for goal in template(shortfall_type, "any", "role_change").goals] == [30, 60, 90]


@pytest.mark.parametrize(("shortfall_type", "job_family"), list(product(SHORTFALL_TYPES, JOB_FAMILIES)))
def test_needs_improvement_starts_with_a_step_of_five_percent_in_the_first_week(
    shortfall_type: str, job_family: str
) -> None:
    found, family = template(shortfall_type, job_family, "needs_improvement"), template(shortfall_type, job_family, "x")

    assert found.pace is not None
    assert "5%" in found.pace.zh
    assert "5 %" in found.pace.en
    assert found.goals[0].measures[0].due_day <= 7
    assert found.goals[0].measures[-len(family.goals[0].measures) :] == family.goals[0].measures
    assert "weekly" in {measure.cadence for measure in found.goals[0].measures}


@pytest.mark.parametrize("shortfall_type", SHORTFALL_TYPES)
def test_high_potential_adds_leadership_training_by_hr(shortfall_type: str) -> None:
    added = template(shortfall_type, "technical", "high_potential").goals[0].measures[:3]

    assert any(measure.owner_role == "hr" and "领导力" in measure.action.zh for measure in added)


@pytest.mark.parametrize("job_family", [*JOB_FAMILIES, "any"])
def test_what_is_missing_is_the_managers_to_bring(job_family: str) -> None:
    assert template("resource", job_family, "regular").goals[0].measures[0].owner_role == "manager"


@pytest.mark.parametrize("job_family", [*JOB_FAMILIES, "any"])
def test_feedback_on_attitude_comes_twice_a_week_at_first(job_family: str) -> None:
    measures = template("attitude", job_family, "regular").goals[0].measures

    assert any(measure.cadence == "twice_weekly" and measure.owner_role == "manager" for measure in measures)


def test_the_case_of_the_salesperson_can_start_from_the_template() -> None:
    found = template("skill", "sales", "regular")

    assert "10%" in found.goals[0].target_hint.zh
    assert found.goals[0].measures[0].cadence == "three_times_weekly"
    assert any(m.owner_role == "hr" and m.due_day == 14 for m in found.goals[0].measures)


def test_a_playbook_names_only_templates_that_exist() -> None:
    named = yaml.safe_load(PLAYBOOK.read_text(encoding="utf-8"))["plan_templates"]

    assert set(named) == set(plan_templates())
    assert set(PERSONALISED_TYPES) == {kind.rsplit(".", 1)[1] for kind in named} - {"any"}
