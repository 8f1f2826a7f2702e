"""Take a goal out of the draft, with its measures."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import NotFound
from sqlalchemy import delete

from plan_tracking.casefile import open_plan
from plan_tracking.storage.plan_tables import GoalRow, MeasureRow


async def remove_goal(database: Database, call: Call, plan_id: UUID, goal_id: UUID, expected_version: int) -> UUID:
    """Remove the goal; returns the plan's id. Raises NotFound, NotADraft."""
    async with database.transaction(call) as tx:
        file = await open_plan(tx, plan_id, expected_version=expected_version)
        file.require("plan.draft")
        draft = await file.draft("edit")
        row = await tx.session.get(GoalRow, (tx.tenant_id, draft.id, goal_id))
        if row is None:
            raise NotFound(resource="goal", id=goal_id)
        await tx.session.delete(row)
        await tx.session.execute(
            delete(MeasureRow).where(
                MeasureRow.tenant_id == tx.tenant_id, MeasureRow.revision_id == draft.id, MeasureRow.goal_id == goal_id
            )
        )
        file.touch()
        file.record("goal_removed", goal_id=goal_id)
        return tx.done(plan_id)
