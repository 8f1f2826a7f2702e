"""Plan templates as messages, and back."""

from tandem.plan_tracking.v1 import template_pb2 as pb

from plan_tracking.api.words import direction_of, employee_type_value, localized_text, text_of, word_of
from plan_tracking.domain.templates import Owner, Template, TemplateGoal, TemplateMeasure
from plan_tracking.facts import direction_value, enum_value

_OWNERS: dict[str, Owner] = {"employee": "employee", "manager": "manager"}


def template_message(template: Template) -> pb.Template:
    """Return the template."""
    return pb.Template(
        id=str(template.id),
        code=template.code,
        name=localized_text(template.name),
        built_in=template.built_in,
        shortfall_type=template.shortfall_type,
        job_family=template.job_family,
        employee_type=employee_type_value(template.employee_type),
        goals=[_goal(goal) for goal in template.goals],
        version=template.version,
        pace=localized_text(template.pace),
    )


def goal_of(message: pb.TemplateGoal) -> TemplateGoal:
    """Return a goal as the caller wrote it."""
    return TemplateGoal(
        text_of(message.text),
        message.due_after_days,
        tuple(_measure_of(each) for each in message.measures),
        message.metric_code,
        direction_of(message.direction),
        text_of(message.metric_hint),
        text_of(message.target_hint),
    )


def _goal(goal: TemplateGoal) -> pb.TemplateGoal:
    return pb.TemplateGoal(
        text=localized_text(goal.statement),
        metric_code=goal.metric_code,
        direction=direction_value(goal.direction),
        due_after_days=goal.due_after_days,
        measures=[_measure(each) for each in goal.measures],
        metric_hint=localized_text(goal.metric_hint),
        target_hint=localized_text(goal.target_hint),
    )


def _measure(measure: TemplateMeasure) -> pb.TemplateMeasure:
    return pb.TemplateMeasure(
        action=localized_text(measure.action),
        owner=enum_value(pb.MeasureOwnerRule, "MEASURE_OWNER_RULE", measure.owner),
        resource=localized_text(measure.resource),
        cadence=localized_text(measure.cadence),
        due_after_days=measure.due_after_days,
        owner_role=measure.owner_role,
    )


def _measure_of(message: pb.TemplateMeasure) -> TemplateMeasure:
    return TemplateMeasure(
        text_of(message.action),
        _OWNERS.get(word_of(pb.MeasureOwnerRule, "MEASURE_OWNER_RULE", message.owner), "named"),
        message.due_after_days,
        text_of(message.resource),
        text_of(message.cadence),
        message.owner_role,
    )
