"""Plans to start from: which fit a case, and the goals that one gives it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from common.content import Text
from common.ids import new_id

from plan_tracking.domain.content import Direction, Goal, Measure

Owner = Literal["employee", "manager", "named"]
NOTHING = Text("", "")


@dataclass(frozen=True)
class TemplateMeasure:
    """A measure to start from; who is `named` is to be found: a mentor, a trainer, HR, the partner team."""

    action: Text
    owner: Owner
    due_after_days: int
    resource: Text = NOTHING
    cadence: Text = NOTHING
    owner_role: str = ""


@dataclass(frozen=True)
class TemplateGoal:
    """A goal to start from; the hints say in words what metric and target could be."""

    statement: Text
    due_after_days: int
    measures: tuple[TemplateMeasure, ...]
    metric_code: str = ""
    direction: Direction = "higher"
    metric_hint: Text = NOTHING
    target_hint: Text = NOTHING


@dataclass(frozen=True)
class Template:
    """Keyed by shortfall type, job family and employee type; an empty family or type stands for any."""

    id: UUID
    code: str
    name: Text
    built_in: bool
    shortfall_type: str
    job_family: str
    employee_type: str
    goals: tuple[TemplateGoal, ...]
    pace: Text = NOTHING
    version: int = 1

    def fits(self, shortfall_type: str, job_family: str, employee_type: str) -> bool:
        """Tell whether the template is meant for such a case."""
        return (
            self.shortfall_type == shortfall_type
            and self.job_family in {"", job_family}
            and self.employee_type in {"", employee_type}
        )

    @property
    def rank(self) -> tuple[int, bool]:
        """Return its place among those that fit: both keys, then the employee type, which sets the pace; own first."""
        keys = (bool(self.employee_type), bool(self.job_family))
        return [(True, True), (True, False), (False, True), (False, False)].index(keys), self.built_in


def fitting(
    templates: Iterable[Template], shortfall_types: Sequence[str], job_family: str, employee_type: str
) -> list[Template]:
    """Return the templates that fit the case's shortfalls, the most specific first."""
    found = [
        template
        for template in templates
        if any(template.fits(each, job_family, employee_type) for each in shortfall_types)
    ]
    return sorted(found, key=lambda each: (each.rank, shortfall_types.index(each.shortfall_type), each.code))


def start_from(
    template: Template,
    day: date,
    locale: str,
    shortfalls: Sequence[Mapping[str, Any]],
    *,
    employee_id: UUID,
    manager_id: UUID | None,
    author_id: UUID,
) -> list[Goal]:
    """Return the template's goals for a plan that starts on the day, in the locale's language, as the author's.

    The metric is the template's, else that of the case's shortfall of its type; figures are left to the two people.
    """
    shortfall = next((each for each in shortfalls if each["type"] == template.shortfall_type), None)
    owners = {"employee": employee_id, "manager": manager_id}
    return [_goal(goal, day, locale, shortfall, owners, author_id) for goal in template.goals]


def _goal(
    goal: TemplateGoal,
    day: date,
    locale: str,
    shortfall: Mapping[str, Any] | None,
    owners: Mapping[str, UUID | None],
    author_id: UUID,
) -> Goal:
    goal_id = new_id()
    measures = [
        Measure(
            new_id(),
            goal_id,
            measure.action.at(locale),
            owners.get(measure.owner),
            measure.resource.at(locale),
            measure.cadence.at(locale),
            day + timedelta(days=measure.due_after_days),
            author_id,
            author_id,
        )
        for measure in goal.measures
    ]
    return Goal(
        goal_id,
        goal.statement.at(locale),
        goal.metric_code or (shortfall["metric_code"] if shortfall else ""),
        direction=goal.direction,
        due_on=day + timedelta(days=goal.due_after_days),
        shortfall_id=UUID(shortfall["id"]) if shortfall else None,
        measures=tuple(measures),
        proposed_by=author_id,
        edited_by=author_id,
    )
