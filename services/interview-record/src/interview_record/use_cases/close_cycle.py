"""End a launched cycle."""

from uuid import UUID

from common.call import Call
from common.database import Database

from interview_record.campaigns import require_run
from interview_record.domain.cycles import CycleState, check_cycle
from interview_record.facts_events import cycle_closed
from interview_record.storage.cycle_tables import CycleRow


async def close_cycle(database: Database, call: Call, cycle_id: UUID, expected_version: int) -> UUID:
    """Close it; its open interviews go on. Raises IllegalTransition for one that is not launched."""
    async with database.transaction(call) as tx:
        await require_run(tx, await tx.get(CycleRow, cycle_id, lock=False))
        row = await tx.get(CycleRow, cycle_id, expected_version=expected_version)
        check_cycle(row.state, "close")
        row.state, row.closed_at = CycleState.CLOSED, tx.now
        tx.publish(row.id, cycle_closed(row))
        tx.audit("cycle.closed", "cycle", row.id)
        return tx.done(row.id)
