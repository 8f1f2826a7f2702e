"""Take a proposed amendment back; the plan stays as it is."""

from uuid import UUID

from common.call import Call
from common.database import Database

from plan_tracking.amendments import open_proposed
from plan_tracking.domain.states import AmendmentState


async def retract_amendment(database: Database, call: Call, amendment_id: UUID, expected_version: int) -> UUID:
    """Retract as the manager; returns the amendment's id."""
    async with database.transaction(call) as tx:
        file, row = await open_proposed(tx, amendment_id, "plan.propose_amendment", expected_version)
        row.state, row.ended_at = AmendmentState.RETRACTED.value, tx.now
        file.touch()
        file.record("amendment_retracted", amendment_id=row.id)
        return tx.done(amendment_id)
