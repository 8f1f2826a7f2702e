"""Plan templates: the built-in ones from content files, and the tenant's own from their rows."""

from functools import cache
from typing import Any
from uuid import UUID

from common.content import Text
from common.errors import NotFound
from common.ids import stable_id
from sqlalchemy import select

from plan_tracking.content.templates import ANY, Cadence, GoalTemplate, MeasureTemplate, PlanTemplate, plan_templates
from plan_tracking.domain.templates import NOTHING, Owner, Template, TemplateGoal, TemplateMeasure
from plan_tracking.storage.copies import Source
from plan_tracking.storage.plan_tables import TemplateRow

_CADENCES: dict[Cadence, Text] = {
    "once": Text("一次", "once"),
    "daily": Text("每天", "every day"),
    "three_times_weekly": Text("每周三次", "three times a week"),
    "twice_weekly": Text("每周两次", "twice a week"),
    "weekly": Text("每周", "every week"),
    "every_two_weeks": Text("每两周", "every two weeks"),
}
_PARTIES: dict[str, Owner] = {"employee": "employee", "manager": "manager"}


@cache
def built_in_templates() -> dict[UUID, Template]:
    """Return the built-in templates by id; the id follows from the code and is the same everywhere."""
    found = (_built_in(template) for template in plan_templates().values())
    return {template.id: template for template in found}


async def all_templates(source: Source) -> list[Template]:
    """Return the tenant's own templates, then the built-in ones, each by code."""
    rows = await source.session.scalars(
        select(TemplateRow).where(TemplateRow.tenant_id == source.tenant_id).order_by(TemplateRow.code)
    )
    built_in = sorted(built_in_templates().values(), key=lambda each: each.code)
    return [template_of(row) for row in rows] + built_in


async def template_by_id(source: Source, template_id: UUID) -> Template:
    """Return the template; raise NotFound."""
    if template_id in built_in_templates():
        return built_in_templates()[template_id]
    row = await source.session.get(TemplateRow, (source.tenant_id, template_id))
    if row is None:
        raise NotFound(resource="template", id=template_id)
    return template_of(row)


def template_of(row: TemplateRow) -> Template:
    """Return a tenant's own template."""
    goals = tuple(_goal_of(each) for each in row.goals)
    return Template(
        row.id,
        row.code,
        Text(**row.name),
        False,
        row.shortfall_type,
        row.job_family,
        row.employee_type,
        goals,
        version=row.version,
    )


def goal_as_json(goal: TemplateGoal) -> dict[str, Any]:
    """Return a goal as it is stored in the tenant's own template."""
    return {
        "statement": _text_json(goal.statement),
        "due_after_days": goal.due_after_days,
        "metric_code": goal.metric_code,
        "direction": goal.direction,
        "metric_hint": _text_json(goal.metric_hint),
        "target_hint": _text_json(goal.target_hint),
        "measures": [
            {
                "action": _text_json(measure.action),
                "owner": measure.owner,
                "due_after_days": measure.due_after_days,
                "resource": _text_json(measure.resource),
                "cadence": _text_json(measure.cadence),
                "owner_role": measure.owner_role,
            }
            for measure in goal.measures
        ],
    }


def _goal_of(stored: dict[str, Any]) -> TemplateGoal:
    measures = tuple(
        TemplateMeasure(
            Text(**each["action"]),
            each["owner"],
            each["due_after_days"],
            Text(**each["resource"]),
            Text(**each["cadence"]),
            each["owner_role"],
        )
        for each in stored["measures"]
    )
    return TemplateGoal(
        Text(**stored["statement"]),
        stored["due_after_days"],
        measures,
        stored["metric_code"],
        stored["direction"],
        Text(**stored["metric_hint"]),
        Text(**stored["target_hint"]),
    )


def _built_in(template: PlanTemplate) -> Template:
    return Template(
        stable_id("plan-template", template.id),
        template.id,
        template.name,
        True,
        template.shortfall_type,
        "" if template.job_family == ANY else template.job_family,
        "" if template.employee_type == ANY else template.employee_type,
        tuple(_built_in_goal(goal) for goal in template.goals),
        template.pace or NOTHING,
    )


def _built_in_goal(goal: GoalTemplate) -> TemplateGoal:
    return TemplateGoal(
        goal.statement,
        goal.due_day,
        tuple(_built_in_measure(measure) for measure in goal.measures),
        metric_hint=goal.metric_hint,
        target_hint=goal.target_hint,
    )


def _built_in_measure(measure: MeasureTemplate) -> TemplateMeasure:
    return TemplateMeasure(
        measure.action,
        _PARTIES.get(measure.owner_role, "named"),
        measure.due_day,
        measure.resource or NOTHING,
        _CADENCES[measure.cadence],
        measure.owner_role,
    )


def _text_json(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
