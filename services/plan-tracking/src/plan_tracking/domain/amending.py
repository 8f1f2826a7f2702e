"""When a measure may be replaced by an amendment, and when that takes a new revision."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from common.errors import AppError, Kind, NotFound

from plan_tracking.domain.content import Content, Goal, Measure


class MaterialChange(AppError):
    """A change of goal, dates or duties needs both signatures."""

    kind = Kind.PRECONDITION
    reason = "MATERIAL_CHANGE"
    en = "This changes more than the measure ({what}); make it a new revision that both sign."
    zh = "此更改超出替换措施的范围（{what}），请改为由双方签署的新版本。"


class AmendmentIncomplete(AppError):
    """A measure needs an action and an owner."""

    kind = Kind.INVALID
    reason = "AMENDMENT_INCOMPLETE"
    en = "The new measure needs an action and an owner."
    zh = "新措施须写明做什么和由谁负责。"


def amend(content: Content, replaced_id: UUID, by: Measure, employee_id: UUID) -> Content:
    """Return the content with one measure replaced inside its goal and dates.

    Raises MaterialChange for a later date or a duty added to the employee, NotFound for a measure not in force.
    """
    old = next((measure for measure in content.measures if measure.measure_id == replaced_id), None)
    if old is None:
        raise NotFound(resource="measure", id=replaced_id)
    if not by.action.strip() or by.owner_id is None:
        raise AmendmentIncomplete
    new = replace(by, goal_id=old.goal_id, due_on=_kept_date(old, by))
    if new.owner_id == employee_id != old.owner_id:
        raise MaterialChange(what="added_duty")
    goals = tuple(_with(goal, replaced_id, new) if goal.goal_id == old.goal_id else goal for goal in content.goals)
    answers = tuple(
        replace(answer, measure_id=new.measure_id) if answer.measure_id == replaced_id else answer
        for answer in content.answers
    )
    return Content(goals, answers)


def _kept_date(old: Measure, new: Measure) -> date | None:
    if new.due_on is None:
        return old.due_on
    if old.due_on is not None and new.due_on > old.due_on:
        raise MaterialChange(what="due_date")
    return new.due_on


def _with(goal: Goal, replaced_id: UUID, new: Measure) -> Goal:
    measures = tuple(new if measure.measure_id == replaced_id else measure for measure in goal.measures)
    return replace(goal, measures=measures)
