"""Escalate an open blocker to the HRBP before its deadline does."""

from uuid import UUID

from common.call import Call
from common.database import Database

from plan_tracking.blockers import escalate, open_blocker
from plan_tracking.domain.states import BlockerState, allow


async def escalate_blocker(database: Database, call: Call, blocker_id: UUID, expected_version: int) -> UUID:
    """Escalate it; returns the blocker's id."""
    async with database.transaction(call) as tx:
        file, row, person = await open_blocker(tx, blocker_id, "plan.escalate_blocker", expected_version)
        allow("blocker", row.state, {BlockerState.OPEN}, "escalate")
        await tx.cancel_due("blocker_overdue", row.id)
        escalate(tx, row, file.plan.manager_id, person)
        return tx.done(blocker_id)
