"""Once a month every calendar is expanded again: a new year came into view, or days were announced."""

from common.database import Database
from common.due import Due

from scheduling.publishing import publish_calendar
from scheduling.storage.tables import CalendarRow


async def refresh_calendar(database: Database, due: Due) -> None:
    """Publish the calendar's next version if its days changed."""
    async with database.deadline(due) as tx:
        row = await tx.get(CalendarRow, due.object_id, resource="calendar")
        await publish_calendar(tx, row, only_if_changed=True)
