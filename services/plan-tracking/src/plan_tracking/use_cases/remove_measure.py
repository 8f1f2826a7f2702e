"""Take a measure out of the draft."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import NotFound

from plan_tracking.casefile import open_plan
from plan_tracking.storage.plan_tables import MeasureRow


async def remove_measure(
    database: Database, call: Call, plan_id: UUID, measure_id: UUID, expected_version: int
) -> UUID:
    """Remove the measure; answers linked to it are for the linter to find. Returns the plan's id. Raises NotFound."""
    async with database.transaction(call) as tx:
        file = await open_plan(tx, plan_id, expected_version=expected_version)
        file.require("plan.draft")
        draft = await file.draft("edit")
        row = await tx.session.get(MeasureRow, (tx.tenant_id, draft.id, measure_id))
        if row is None:
            raise NotFound(resource="measure", id=measure_id)
        await tx.session.delete(row)
        file.touch()
        file.record("measure_removed", measure_id=measure_id)
        return tx.done(plan_id)
