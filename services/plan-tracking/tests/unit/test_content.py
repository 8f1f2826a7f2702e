import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from common.ids import new_id
from hypothesis import given
from hypothesis import strategies as st
from plan_tracking.domain.amending import AmendmentIncomplete, MaterialChange, amend
from plan_tracking.domain.content import Answer, Content, Goal, Heading, Measure, content_hash, decimal_text
from plan_tracking.domain.diff import diff
from plan_tracking.domain.linter import PlanIncomplete, RequestsUnanswered, Setting, lint, require_complete
from plan_tracking.domain.progress import KpiValue, Way, percent_reached, side_by_side

EMPLOYEE, MANAGER, TRAINER = new_id(), new_id(), new_id()
GOAL, CALLS, TRAINING = new_id(), new_id(), new_id()


def plan() -> Content:
    measures = (
        Measure(CALLS, GOAL, "每条线索每周跟进 3 次", EMPLOYEE, due_on=date(2026, 11, 13)),
        Measure(TRAINING, GOAL, "需求挖掘培训", TRAINER, "讲师", "两次", date(2026, 10, 27)),
    )
    goal = Goal(
        GOAL,
        "转化率提高 10%",
        "conversion",
        "%",
        Decimal(20),
        Decimal(22),
        "higher",
        date(2026, 11, 13),
        None,
        measures,
    )
    return Content((goal,))


def heading() -> Heading:
    ids = [UUID(int=n) for n in range(6)]
    return Heading(*ids, playbook_version=1, revision=1, check_in_every_days=7, review_after_months=1)


def setting(*requests: UUID) -> Setting:
    return Setting(date(2026, 10, 12), requests, lambda _: True)


def reasons(content: Content, *requests: UUID) -> set[str]:
    return {finding.reason for finding in lint(content, setting(*requests)) if finding.error}


def test_the_same_content_freezes_to_the_same_bytes_whoever_typed_it() -> None:
    typed_by_another = replace(plan().goals[0], proposed_by=MANAGER, edited_by=EMPLOYEE)
    assert plan().frozen(heading()) == Content((typed_by_another,)).frozen(heading())


def test_any_change_of_substance_changes_the_hash() -> None:
    base = content_hash(plan().frozen(heading()))
    goal = plan().goals[0]
    changed = [
        Content((replace(goal, target=Decimal(23)),)),
        Content((replace(goal, due_on=date(2026, 11, 14)),)),
        Content((replace(goal, measures=goal.measures[:1]),)),
        Content((replace(goal, measures=goal.measures[::-1]),)),
        Content((goal,), (Answer(new_id(), b"\x01" * 32, False, None, "没有编制"),)),
    ]
    assert base not in {content_hash(each.frozen(heading())) for each in changed}
    assert base != content_hash(plan().frozen(heading(), amendment=1))


def test_the_bytes_hold_the_requests_hash_and_not_its_text() -> None:
    answer = Answer(new_id(), b"\xab" * 32, True, CALLS)
    frozen = json.loads(Content(plan().goals, (answer,)).frozen(heading()))
    assert frozen["answers"][0]["request_hash"] == "ab" * 32
    assert set(frozen["answers"][0]) == {"request_id", "request_hash", "answer", "measure_id", "reason"}


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=6))
def test_equal_decimals_have_one_text(value: Decimal) -> None:
    text = decimal_text(value)
    assert Decimal(text) == value
    assert decimal_text(value.normalize()) == text
    assert "E" not in text


def test_a_whole_plan_has_no_errors() -> None:
    assert reasons(plan()) == set()
    require_complete(plan(), setting())


def test_the_linter_names_what_is_missing() -> None:
    goal = plan().goals[0]
    bare = replace(goal, target=None, due_on=None, measures=(Measure(CALLS, GOAL, " "),))
    assert reasons(Content((bare,))) == {
        "TARGET_NOT_MEASURABLE",
        "DATE_MISSING",
        "ACTION_MISSING",
        "OWNER_MISSING",
    }
    assert reasons(Content((replace(goal, measures=()),))) == {"MEASURE_MISSING"}
    assert reasons(Content((replace(goal, due_on=date(2026, 10, 11)),))) == {"DATE_PAST"}
    gone = replace(setting(), is_active=lambda person_id: person_id != TRAINER)
    assert {each.field for each in lint(plan(), gone) if each.reason == "OWNER_INACTIVE"} == {
        "goals[0].measures[1].owner_id"
    }


def test_unanswered_requests_alone_have_their_own_name() -> None:
    with pytest.raises(RequestsUnanswered) as only:
        require_complete(plan(), setting(new_id(), new_id()))
    assert [each.field for each in only.value.fields] == ["answers[0]", "answers[1]"]
    with pytest.raises(PlanIncomplete) as more:
        require_complete(Content(), setting(new_id()))
    assert more.value.reason == "PLAN_INCOMPLETE"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("你总是粗心大意", "WORDING_BLAMING"),
        ("尽快加强沟通", "WORDING_VAGUE"),
        ("he is lazy", "WORDING_BLAMING"),
        ("try harder from now on", "WORDING_VAGUE"),
    ],
)
def test_blaming_and_vague_words_are_warned_of_in_both_languages_with_a_suggestion(text: str, reason: str) -> None:
    content = Content((replace(plan().goals[0], statement=text),))
    found = [each for each in lint(content, setting()) if each.reason == reason]
    assert found
    assert not any(each.error for each in found)
    assert all(each.en and each.zh and each.words in text for each in found)


def test_a_difference_is_listed_field_by_field() -> None:
    goal = plan().goals[0]
    after = Content((replace(goal, target=Decimal(23), measures=goal.measures[:1]),))
    changes = {
        (change.kind, change.item, change.field): (change.before, change.after) for change in diff(plan(), after)
    }
    assert changes["changed", "goal", "target"] == ("22", "23")
    assert changes["removed", "measure", "action"] == ("需求挖掘培训", "")
    assert diff(plan(), plan()) == []


def test_an_amendment_keeps_goal_date_and_the_link_of_an_accepted_request() -> None:
    request = new_id()
    content = replace(plan(), answers=(Answer(request, b"\x01" * 32, True, TRAINING),))
    coaching = Measure(new_id(), new_id(), "每周二陪访", MANAGER)
    after = amend(content, TRAINING, coaching, EMPLOYEE)
    new = after.goals[0].measures[1]
    assert (new.goal_id, new.due_on, new.action) == (GOAL, date(2026, 10, 27), "每周二陪访")
    assert after.answers[0].measure_id == coaching.measure_id
    assert after.goals[0].measures[0] == content.goals[0].measures[0]


def test_a_later_date_or_an_added_duty_is_no_amendment() -> None:
    late = Measure(new_id(), GOAL, "陪访", MANAGER, due_on=date(2026, 10, 28))
    duty = Measure(new_id(), GOAL, "陪访", EMPLOYEE)
    for measure in (late, duty):
        with pytest.raises(MaterialChange):
            amend(plan(), TRAINING, measure, EMPLOYEE)
    with pytest.raises(AmendmentIncomplete):
        amend(plan(), TRAINING, Measure(new_id(), GOAL, " ", MANAGER), EMPLOYEE)
    # What was the employee's duty before is none added.
    amend(plan(), CALLS, Measure(new_id(), GOAL, "每天复盘 2 通电话", EMPLOYEE), EMPLOYEE)


@pytest.mark.parametrize(
    ("actual", "direction", "baseline", "target", "percent"),
    [
        ("21", "higher", "20", "22", "50.0"),
        ("19", "higher", "20", "22", "-50.0"),
        ("23", "higher", "20", "22", "150.0"),
        ("4", "lower", "5", "3", "50.0"),
        ("5", "lower", "5", "5", "100"),
        ("6", "lower", "5", "5", "0"),
    ],
)
def test_the_way_counts_from_baseline_to_target(
    actual: str, direction: str, baseline: str, target: str, percent: str
) -> None:
    goal = replace(plan().goals[0], baseline=Decimal(baseline), target=Decimal(target), direction=direction)
    assert percent_reached(goal, Decimal(actual)) == Decimal(percent)
    assert percent_reached(replace(goal, baseline=None), Decimal(actual)) is None


def test_results_from_before_the_plan_stand_on_the_other_side() -> None:
    def result(until: date, actual: str) -> KpiValue:
        return KpiValue(new_id(), "conversion", date(2026, 9, 1), until, Decimal(actual))

    results = [result(date(2026, 11, 1), "21"), result(date(2026, 9, 30), "18"), result(date(2026, 10, 18), "20.5")]
    way = side_by_side(plan().goals[0], results, date(2026, 10, 13))
    assert way.before is not None
    assert (way.before.actual, way.current, way.reached) == (Decimal(18), Decimal(21), False)
    assert Way.of_json(way.as_json()) == way
