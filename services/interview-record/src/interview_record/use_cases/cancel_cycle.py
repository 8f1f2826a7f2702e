"""Call a cycle off."""

from uuid import UUID

from common.call import Call
from common.database import Database

from interview_record.campaigns import require_run
from interview_record.domain.cycles import CycleState, check_cycle
from interview_record.facts_events import cycle_cancelled
from interview_record.storage.cycle_tables import CycleRow

CANCEL_INTERVIEWS = "cancel_cycle_interviews"


async def cancel_cycle(database: Database, call: Call, cycle_id: UUID, reason: str, expected_version: int) -> UUID:
    """Cancel it; its interviews that are not briefed yet are cancelled by an operation of their own."""
    async with database.transaction(call) as tx:
        await require_run(tx, await tx.get(CycleRow, cycle_id, lock=False))
        row = await tx.get(CycleRow, cycle_id, expected_version=expected_version)
        check_cycle(row.state, "cancel")
        launched = row.state == CycleState.LAUNCHED
        row.state, row.cancelled_at, row.cancelled_by = CycleState.CANCELLED, tx.now, call.identity.subject
        row.cancel_reason = await tx.seal("cycle", "cancel_reason", row.id, row.id, reason)
        if launched:
            await tx.start_operation(CANCEL_INTERVIEWS, {"cycle_id": str(cycle_id)})
        tx.publish(row.id, cycle_cancelled(row))
        tx.audit("cycle.cancelled", "cycle", row.id)
        return tx.done(row.id)
