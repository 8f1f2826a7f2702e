"""A plan is past its end, and past its grace, without an outcome: the HRBP is told."""

from common.database import Database
from common.due import Due

from plan_tracking.casefile import open_plan
from plan_tracking.domain.states import PlanState
from plan_tracking.views import events_of


async def outcome_overdue(database: Database, due: Due) -> None:
    """Say so, once."""
    async with database.deadline(due) as tx:
        file = await open_plan(tx, due.object_id)
        if file.plan.state == PlanState.ACTIVE:
            file.record("outcome_overdue", (await events_of(file)).outcome_overdue())
