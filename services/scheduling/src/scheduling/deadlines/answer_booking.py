"""The moment at which silence becomes the answer to a proposed booking."""

from common.database import Database
from common.due import Due

from scheduling.use_cases.end_by_silence import end_by_silence


async def answer_booking(database: Database, due: Due) -> None:
    """Confirm the booking or let it expire."""
    async with database.deadline(due) as tx:
        await end_by_silence(tx, due.object_id)
