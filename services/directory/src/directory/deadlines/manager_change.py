"""The new manager's first day."""

from common.database import Database
from common.due import Due

from directory.people import hand_over
from directory.storage.tables import PersonRow


async def manager_change(database: Database, due: Due) -> None:
    """Hand the person over; a chosen manager who has left meanwhile leaves them without one."""
    async with database.deadline(due) as tx:
        person = await tx.get(PersonRow, due.object_id)
        if not person.active or person.next_manager_on is None:
            return
        manager_id = person.next_manager_id
        if manager_id is not None and not (await tx.get(PersonRow, manager_id, lock=False)).active:
            manager_id = None
        await hand_over(tx, person, manager_id, person.next_manager_on)
        tx.audit("person.manager_change_effective", "person", person.id, manager_id=manager_id)
