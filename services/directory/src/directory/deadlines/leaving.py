"""The last day is over."""

from common.database import Database
from common.due import Due

from directory.people import end_employment
from directory.storage.tables import PersonRow


async def leaving(database: Database, due: Due) -> None:
    """End the employment."""
    async with database.deadline(due) as tx:
        person = await tx.get(PersonRow, due.object_id)
        if person.active and person.left_on is not None:
            await end_employment(tx, person)
            tx.audit("person.left", "person", person.id, left_on=person.left_on)
