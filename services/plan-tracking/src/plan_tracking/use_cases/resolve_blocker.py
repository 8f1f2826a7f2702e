"""Resolve a blocker and say how."""

from uuid import UUID

from common.call import Call
from common.database import Database

from plan_tracking.blockers import open_blocker
from plan_tracking.domain.states import UNRESOLVED, BlockerState, allow
from plan_tracking.events import blocker_resolved


async def resolve_blocker(
    database: Database, call: Call, blocker_id: UUID, resolution: str, expected_version: int
) -> UUID:
    """Resolve it, open or escalated; returns the blocker's id."""
    async with database.transaction(call) as tx:
        file, row, person = await open_blocker(tx, blocker_id, "plan.resolve_blocker", expected_version)
        allow("blocker", row.state, UNRESOLVED, "resolve")
        row.state, row.resolved_by, row.resolved_at = BlockerState.RESOLVED.value, person, tx.now
        row.resolution = await tx.seal("blocker", "resolution", row.id, row.employee_id, resolution.strip())
        await tx.cancel_due("blocker_overdue", row.id)
        tx.audit("blocker.resolved", "blocker", row.id, plan_id=row.plan_id)
        tx.publish(row.id, blocker_resolved(row, file.plan.manager_id))
        return tx.done(blocker_id)
