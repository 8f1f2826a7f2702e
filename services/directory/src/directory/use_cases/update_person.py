"""Change a person's record."""

from typing import Any
from uuid import UUID

from common.call import Call
from common.database import Database

from directory import events
from directory.people import is_core
from directory.storage.queries import POLICY
from directory.storage.tables import PersonRow, UnitRow


async def update_person(
    database: Database, call: Call, person_id: UUID, changes: dict[str, Any], expected_version: int
) -> UUID:
    """Set the given fields, those of PersonRow; the audit entry names the fields, not their values."""
    POLICY.require(call.identity, "person.update")
    async with database.transaction(call) as tx:
        person = await tx.get(PersonRow, person_id, expected_version=expected_version)
        if "unit_id" in changes:
            person.unit_path = (await tx.get(UnitRow, changes["unit_id"], lock=False)).path
        for field, value in changes.items():
            setattr(person, field, value)
        tx.publish(person_id, events.person_changed(person, await is_core(tx, person.job_family)))
        tx.hint("standing", person_id)
        tx.audit("person.updated", "person", person_id, fields=",".join(sorted(changes)))
        return tx.done(person_id)
