"""A step is due soon."""

from common.database import Database
from common.due import Due

from notification.steps import remind
from notification.storage.copy_tables import StepRow


async def remind_step(database: Database, due: Due) -> None:
    """Remind whoever is expected to act, if it is still open."""
    async with database.deadline(due) as tx:
        step = await tx.session.get(StepRow, (due.tenant_id, due.object_id))
        if step is not None:
            await remind(tx, step)
