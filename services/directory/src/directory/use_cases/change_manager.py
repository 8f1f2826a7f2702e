"""Give a person another manager from a day on."""

from datetime import date
from uuid import UUID

from common.call import Call
from common.database import Database

from directory.domain.days import beginning, today
from directory.domain.errors import ManagerLoop, PersonInactive
from directory.people import hand_over
from directory.storage.queries import POLICY
from directory.storage.tables import PersonRow


async def change_manager(
    database: Database,
    call: Call,
    person_id: UUID,
    manager_id: UUID | None,
    effective_on: date | None,
    expected_version: int,
) -> UUID:
    """Hand the person over now, or on the day when it comes; without a manager the HRBP holds their cases."""
    POLICY.require(call.identity, "person.change_manager")
    async with database.transaction(call) as tx:
        person = await tx.get(PersonRow, person_id, expected_version=expected_version)
        if not person.active:
            raise PersonInactive
        now_on = today(tx.now, person.time_zone)
        from_on = effective_on or now_on
        if from_on <= now_on:
            await hand_over(tx, person, manager_id, from_on)
        else:
            if manager_id is not None:
                manager = await tx.get(PersonRow, manager_id, lock=False)
                if manager_id == person_id or person_id in manager.chain:
                    raise ManagerLoop
            person.next_manager_id, person.next_manager_on = manager_id, from_on
            await tx.due("manager_change", person_id, beginning(from_on, person.time_zone))
        tx.audit("person.manager_changed", "person", person_id, manager_id=manager_id, effective_on=from_on)
        return tx.done(person_id)
