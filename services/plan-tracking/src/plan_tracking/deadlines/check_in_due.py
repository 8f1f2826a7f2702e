"""A check-in period is over: without a check-in it is missed for good, and the next one begins."""

from datetime import timedelta

from common.database import Database
from common.due import Due

from plan_tracking.casefile import open_plan
from plan_tracking.domain.states import PlanState
from plan_tracking.follow_up import close_periods


async def check_in_due(database: Database, due: Due) -> None:
    """Close the period that ends with the due date."""
    async with database.deadline(due) as tx:
        file = await open_plan(tx, due.object_id)
        if file.plan.state == PlanState.ACTIVE:
            # The due moment itself still belongs to the period.
            await close_periods(file, due.due_at + timedelta(microseconds=1))
