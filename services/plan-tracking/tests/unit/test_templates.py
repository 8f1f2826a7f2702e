from datetime import date

from common.content import Text
from common.ids import new_id
from plan_tracking.domain.templates import Template, TemplateGoal, TemplateMeasure, fitting, start_from
from plan_tracking.storage.templates import built_in_templates

EMPLOYEE, MANAGER, AUTHOR = new_id(), new_id(), new_id()


def template(code: str, family: str, kind: str, *, built_in: bool = True, shortfall: str = "skill") -> Template:
    measures = (
        TemplateMeasure(Text("练习", "Practise"), "employee", 10),
        TemplateMeasure(Text("辅导", "Coach"), "named", 20, owner_role="mentor"),
    )
    goal = TemplateGoal(Text("目标", "Goal"), 30, measures)
    return Template(new_id(), code, Text("名", "Name"), built_in, shortfall, family, kind, (goal,))


def test_the_most_specific_template_comes_first_and_the_tenants_own_before_the_built_in() -> None:
    templates = [
        template("any", "", ""),
        template("family", "sales", ""),
        template("type", "", "new_hire"),
        template("both", "sales", "new_hire"),
        template("own", "sales", "new_hire", built_in=False),
        template("elsewhere", "technical", "new_hire"),
        template("other", "sales", "new_hire", shortfall="attitude"),
    ]
    found = fitting(templates, ["skill"], "sales", "new_hire")
    assert [each.code for each in found] == ["own", "both", "type", "family", "any"]


def test_a_draft_from_a_template_speaks_the_language_and_knows_the_two_people() -> None:
    shortfall = {"id": str(new_id()), "type": "skill", "metric_code": "conversion"}
    people = {"employee_id": EMPLOYEE, "manager_id": MANAGER, "author_id": AUTHOR}
    [goal] = start_from(template("both", "", ""), date(2026, 10, 12), "en", [shortfall], **people)
    assert (goal.statement, goal.metric_code, goal.due_on) == ("Goal", "conversion", date(2026, 11, 11))
    assert str(goal.shortfall_id) == shortfall["id"]
    assert [measure.owner_id for measure in goal.measures] == [EMPLOYEE, None]
    assert {measure.proposed_by for measure in goal.measures} == {AUTHOR}


def test_every_built_in_template_keeps_its_id_and_reads_in_both_languages() -> None:
    templates = built_in_templates()
    assert len({each.code for each in templates.values()}) == len(templates)
    for each in templates.values():
        for goal in each.goals:
            texts = [goal.statement, *(measure.action for measure in goal.measures)]
            assert all(text.zh and text.en for text in texts)
            assert goal.measures
