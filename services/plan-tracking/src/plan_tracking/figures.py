"""Each goal's metric before and after, from the KPI results that arrived; nobody types them."""

from plan_tracking.domain.content import Content
from plan_tracking.domain.dues import Workdays
from plan_tracking.domain.progress import Way, side_by_side
from plan_tracking.storage.copies import Source
from plan_tracking.storage.plan_tables import PlanRow
from plan_tracking.storage.plans import kpi_values


async def ways_of(source: Source, plan: PlanRow, content: Content, days: Workdays) -> list[Way]:
    """Return the way of every goal that has a metric; results count from the day the plan first governed."""
    if plan.in_force_at is None:
        return []
    since = days.day_of(plan.in_force_at)
    goals = [goal for goal in content.goals if goal.metric_code]
    results = await kpi_values(source, plan.employee_id, {goal.metric_code for goal in goals})
    return [side_by_side(goal, results, since) for goal in goals]
