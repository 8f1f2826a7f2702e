"""Results of a metric and period changed: what is short in it is found anew."""

from typing import TYPE_CHECKING

from common.due import Due

from interview_record.detection import look, read_group

if TYPE_CHECKING:
    from common.database import Database


async def look_for_shortfalls(database: "Database", due: Due) -> None:
    """Look once, however many results changed since the last look."""
    async with database.deadline(due) as tx:
        await look(tx, read_group(due.key))
