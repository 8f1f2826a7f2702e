"""Change a cycle's draft."""

from uuid import UUID

from common.call import Call
from common.database import Database

from interview_record.campaigns import CyclePlan, fill, require_run
from interview_record.domain.cycles import check_cycle
from interview_record.storage.cycle_tables import CycleRow


async def update_cycle(database: Database, call: Call, cycle_id: UUID, plan: CyclePlan, expected_version: int) -> UUID:
    """Write the plan onto the draft; raise IllegalTransition once it is launched."""
    async with database.transaction(call) as tx:
        await require_run(tx, await tx.get(CycleRow, cycle_id, lock=False))
        row = await tx.get(CycleRow, cycle_id, expected_version=expected_version)
        check_cycle(row.state, "update")
        await fill(tx, row, plan)
        tx.audit("cycle.updated", "cycle", row.id)
        return tx.done(row.id)
