"""Launch a cycle: its population freezes and its interviews open, as an operation."""

from uuid import UUID

from common.call import Call
from common.database import Database

from interview_record.campaigns import check_window, require_run
from interview_record.domain.cycles import CycleState, check_cycle
from interview_record.facts_events import cycle_launched
from interview_record.storage.cycle_tables import CycleRow
from interview_record.storage.facts_queries import newest_version

LAUNCH_CYCLE = "launch_cycle"


async def launch_cycle(database: Database, call: Call, cycle_id: UUID, expected_version: int) -> UUID:
    """Launch under the playbook's newest version; returns the operation's id.

    Raises IllegalTransition for anything but a draft, Invalid where the window leaves no day for notice any more.
    """
    async with database.transaction(call) as tx:
        await require_run(tx, await tx.get(CycleRow, cycle_id, lock=False))
        row = await tx.get(CycleRow, cycle_id, expected_version=expected_version)
        check_cycle(row.state, "launch")
        row.playbook_version = await newest_version(tx.session, tx.tenant_id, row.playbook_id)
        await check_window(tx, row)
        row.state, row.launched_at = CycleState.LAUNCHED, tx.now
        row.launch_operation_id = await tx.start_operation(LAUNCH_CYCLE, {"cycle_id": str(cycle_id)})
        tx.publish(row.id, cycle_launched(row))
        tx.audit("cycle.launched", "cycle", row.id, operation_id=row.launch_operation_id)
        return tx.done(row.launch_operation_id)
