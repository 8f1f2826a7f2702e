"""Plan templates by shortfall type, job family and employee type; the most specific one wins."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from common.content import ContentError, Node, Text, read_document

ANY = "any"
SHORTFALL_TYPES = ("skill", "attitude", "resource", "collaboration")
JOB_FAMILIES = ("technical", "sales", "management", "functional", "operations")
PERSONALISED_TYPES = ("needs_improvement", "high_potential", "new_hire", "role_change")

OwnerRole = Literal["employee", "manager", "mentor", "hr", "partner"]
Cadence = Literal["once", "daily", "three_times_weekly", "twice_weekly", "weekly", "every_two_weeks"]
_OWNER_ROLES: tuple[OwnerRole, ...] = ("employee", "manager", "mentor", "hr", "partner")
_CADENCES: tuple[Cadence, ...] = ("once", "daily", "three_times_weekly", "twice_weekly", "weekly", "every_two_weeks")


@dataclass(frozen=True)
class MeasureTemplate:
    """A measure to start from; `due_day` counts from the day the plan is drafted."""

    action: Text
    owner_role: OwnerRole
    resource: Text | None
    cadence: Cadence
    due_day: int


@dataclass(frozen=True)
class GoalTemplate:
    """A goal to start from; metric and target are hints in words, the figures come from the case."""

    statement: Text
    metric_hint: Text
    target_hint: Text
    due_day: int
    measures: tuple[MeasureTemplate, ...]


@dataclass(frozen=True)
class PlanTemplate:
    """A plan to start from; `days` is its span and `pace` says how the goals are approached, where that differs."""

    id: str
    version: str
    shortfall_type: str
    job_family: str
    employee_type: str
    name: Text
    pace: Text | None
    days: int
    goals: tuple[GoalTemplate, ...]


@dataclass(frozen=True)
class _Variant:
    version: int
    name: Text
    pace: Text
    measures: tuple[MeasureTemplate, ...]


@cache
def plan_templates() -> Mapping[str, PlanTemplate]:
    """Every built-in template by id, which is `<shortfall type>.<job family>.<employee type>`."""
    found = {template.id: template for template in _family_templates()}
    for employee_type in PERSONALISED_TYPES:
        document = read_document(__package__, f"templates/{employee_type}.yaml")
        document.choice("employee_type", (employee_type,))
        over_families, nodes = document.boolean("over_job_families"), document.node("templates")
        for shortfall_type in SHORTFALL_TYPES:
            node = nodes.node(shortfall_type)
            if over_families:
                variant = _variant(node)
                for family in (ANY, *JOB_FAMILIES):
                    laid_over = _laid_over(found[f"{shortfall_type}.{family}.{ANY}"], variant, employee_type)
                    found[laid_over.id] = laid_over
            else:
                own = _template(node, shortfall_type, ANY, employee_type)
                found[own.id] = own
        nodes.end()
        document.end()
    return found


def plan_template(
    shortfall_type: str, job_family: str, employee_type: str, among: Mapping[str, PlanTemplate] | None = None
) -> PlanTemplate | None:
    """The most specific template; of two equally specific, the one for the employee type, which sets the pace.

    `among` narrows the choice to what a playbook names. None where nothing fits, as for a tenant's own shortfall type.
    """
    choices = plan_templates() if among is None else among
    for family, kind in ((job_family, employee_type), (ANY, employee_type), (job_family, ANY), (ANY, ANY)):
        template = choices.get(f"{shortfall_type}.{family}.{kind}")
        if template is not None:
            return template
    return None


def _family_templates() -> Iterator[PlanTemplate]:
    for shortfall_type in SHORTFALL_TYPES:
        document = read_document(__package__, f"templates/{shortfall_type}.yaml")
        document.choice("shortfall_type", (shortfall_type,))
        nodes = document.node("templates")
        for family in (ANY, *JOB_FAMILIES):
            yield _template(nodes.node(family), shortfall_type, family, ANY)
        nodes.end()
        document.end()


def _laid_over(template: PlanTemplate, variant: _Variant, employee_type: str) -> PlanTemplate:
    first = template.goals[0]
    measures = tuple(replace(measure, due_day=min(measure.due_day, first.due_day)) for measure in variant.measures)
    return replace(
        template,
        id=f"{template.shortfall_type}.{template.job_family}.{employee_type}",
        version=f"{template.version}+{variant.version}",
        employee_type=employee_type,
        name=Text(
            zh=variant.name.zh.replace("{base}", template.name.zh),
            en=variant.name.en.replace("{base}", template.name.en),
        ),
        pace=variant.pace,
        goals=(replace(first, measures=measures + first.measures), *template.goals[1:]),
    )


def _variant(node: Node) -> _Variant:
    variant = _Variant(
        version=node.integer("version", at_least=1),
        name=node.text("name"),
        pace=node.text("pace"),
        measures=tuple(_measure(measure) for measure in node.nodes("measures")),
    )
    node.end()
    return variant


def _template(node: Node, shortfall_type: str, job_family: str, employee_type: str) -> PlanTemplate:
    template = PlanTemplate(
        id=f"{shortfall_type}.{job_family}.{employee_type}",
        version=str(node.integer("version", at_least=1)),
        shortfall_type=shortfall_type,
        job_family=job_family,
        employee_type=employee_type,
        name=node.text("name"),
        pace=None,
        days=node.integer("days", at_least=1),
        goals=tuple(_goal(goal) for goal in node.nodes("goals")),
    )
    node.end()
    if any(goal.due_day > template.days for goal in template.goals):
        raise ContentError(f"{node.place}: a goal is due after the plan's end")
    return template


def _goal(node: Node) -> GoalTemplate:
    goal = GoalTemplate(
        statement=node.text("statement"),
        metric_hint=node.text("metric"),
        target_hint=node.text("target"),
        due_day=node.integer("due_day", at_least=1),
        measures=tuple(_measure(measure) for measure in node.nodes("measures")),
    )
    node.end()
    if any(measure.due_day > goal.due_day for measure in goal.measures):
        raise ContentError(f"{node.place}: a measure is due after its goal")
    return goal


def _measure(node: Node) -> MeasureTemplate:
    measure = MeasureTemplate(
        action=node.text("action"),
        owner_role=node.choice("owner", _OWNER_ROLES),
        resource=node.text("resource") if node.has("resource") else None,
        cadence=node.choice("cadence", _CADENCES),
        due_day=node.integer("due_day", at_least=1),
    )
    node.end()
    return measure
