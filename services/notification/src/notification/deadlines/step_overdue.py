"""A step is past its due date."""

from common.database import Database
from common.due import Due

from notification.steps import tell_overdue
from notification.storage.copy_tables import StepRow


async def step_overdue(database: Database, due: Due) -> None:
    """Tell whoever is expected to act, if it is still open."""
    async with database.deadline(due) as tx:
        step = await tx.session.get(StepRow, (due.tenant_id, due.object_id))
        if step is not None:
            await tell_overdue(tx, step)
