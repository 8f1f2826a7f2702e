"""A step of a closed case that was still to come has passed its due date."""

from typing import TYPE_CHECKING

from common.due import Due
from common.steps import StepState

from interview_record import ledger
from interview_record.storage.interview_tables import StepRow

if TYPE_CHECKING:
    from common.database import Database


async def miss_step(database: "Database", due: Due) -> None:
    """Mark it missed unless it was done meanwhile."""
    async with database.deadline(due) as tx:
        row = await tx.session.get(StepRow, (tx.tenant_id, due.object_id), with_for_update=True)
        if row is not None and row.state == StepState.OPEN:
            ledger.miss(tx, row)
