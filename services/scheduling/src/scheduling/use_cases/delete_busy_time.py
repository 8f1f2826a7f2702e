"""Removing a commitment elsewhere."""

from uuid import UUID

from common.call import Call
from common.database import Database

from scheduling.policy import POLICY, person_case
from scheduling.storage.people import person_of
from scheduling.storage.tables import BusyTimeRow


async def delete_busy_time(database: Database, call: Call, busy_time_id: UUID, expected_version: int) -> UUID:
    """Give the time back."""
    async with database.transaction(call) as tx:
        found = await tx.get(BusyTimeRow, busy_time_id, resource="busy_time")
        person = await person_of(tx, found.person_id)
        POLICY.require(tx.identity, "busy_time.delete", person_case(person), id=busy_time_id)
        row = await tx.get(BusyTimeRow, busy_time_id, expected_version=expected_version, resource="busy_time")
        await tx.session.delete(row)
        tx.audit("busy_time.deleted", "busy_time", busy_time_id, person_id=row.person_id)
        return tx.done(busy_time_id)
