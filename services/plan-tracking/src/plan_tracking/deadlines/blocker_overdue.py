"""A blocker's deadline passed: it goes to the HRBP."""

from common.database import Database
from common.due import Due

from plan_tracking.blockers import escalate
from plan_tracking.domain.states import BlockerState
from plan_tracking.storage.follow_up_tables import BlockerRow
from plan_tracking.storage.plan_tables import PlanRow


async def blocker_overdue(database: Database, due: Due) -> None:
    """Escalate it unless it was resolved or escalated before."""
    async with database.deadline(due) as tx:
        blocker = await tx.get(BlockerRow, due.object_id)
        if blocker.state == BlockerState.OPEN:
            plan = await tx.get(PlanRow, blocker.plan_id, lock=False)
            escalate(tx, blocker, plan.manager_id, None)
