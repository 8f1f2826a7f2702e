"""Draft a cycle."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.ids import new_id

from interview_record.campaigns import CyclePlan, fill
from interview_record.domain.cycles import CycleState
from interview_record.storage.cycle_tables import CycleRow


async def create_cycle(database: Database, call: Call, plan: CyclePlan) -> UUID:
    """Draft it; failures are those of `fill`."""
    async with database.transaction(call) as tx:
        row = CycleRow(tenant_id=tx.tenant_id, id=new_id(), state=CycleState.DRAFT, created_by=call.identity.subject)
        await fill(tx, row, plan)
        tx.add(row)
        tx.audit("cycle.created", "cycle", row.id, playbook_id=row.playbook_id)
        return tx.done(row.id)
