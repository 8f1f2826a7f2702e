"""Record that a person leaves, or take it back."""

from datetime import date
from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import IllegalTransition

from directory import events
from directory.domain.days import end
from directory.people import end_employment, is_core
from directory.storage.queries import POLICY
from directory.storage.tables import PersonRow


async def record_leaving(
    database: Database, call: Call, person_id: UUID, left_on: date | None, reason: str | None, expected_version: int
) -> UUID:
    """Note the last day; the person becomes inactive when it is over. No day takes an announced leaving back."""
    POLICY.require(call.identity, "person.record_leaving")
    async with database.transaction(call) as tx:
        person = await tx.get(PersonRow, person_id, expected_version=expected_version)
        if not person.active:
            raise IllegalTransition(resource="person", state="left", action="record_leaving")
        person.left_on, person.leaving_reason = left_on, reason if left_on else None
        if left_on is None:
            await tx.cancel_due("leaving", person_id)
        elif (over := end(left_on, person.time_zone)) > tx.now:
            await tx.due("leaving", person_id, over)
        if left_on is not None and over <= tx.now:
            await end_employment(tx, person)
        else:
            tx.publish(person_id, events.person_changed(person, await is_core(tx, person.job_family)))
        tx.audit("person.leaving_recorded", "person", person_id, left_on=left_on, reason=person.leaving_reason)
        return tx.done(person_id)
