"""A person came, changed or got another manager, or says their present state again."""

from uuid import UUID

from common.database import Database
from common.events import Event
from common.transaction import Transaction
from tandem.directory.v1.events_pb2 import PersonChanged, PersonLeft, PersonManagerChanged, PersonSnapshot

from scheduling.publishing import ensure_calendar
from scheduling.storage.copies import open_interviews, project
from scheduling.storage.copy_tables import InterviewRow, PersonRow
from scheduling.use_cases.follow_interview import refresh_dues

PersonEvent = Event[PersonChanged] | Event[PersonManagerChanged] | Event[PersonLeft] | Event[PersonSnapshot]
_WHERE_DAYS_COUNT = ("time_zone", "calendar_code")


async def on_person_changed(database: Database, event: PersonEvent) -> None:
    """Keep the person, make sure of their calendar, and count anew where zone or calendar changed."""
    async with database.reaction(event) as tx:
        await keep_person(tx, event)


async def keep_person(tx: Transaction, event: PersonEvent) -> None:
    """Apply the person's state; an older one than is known changes nothing."""
    person = event.message.person
    values = {
        "unit_path": [UUID(each) for each in person.unit_path],
        "manager_id": UUID(person.manager_id) if person.manager_id else None,
        "time_zone": person.time_zone,
        "calendar_code": person.calendar_code,
        "active": person.active,
    }
    before = await project(tx, event, PersonRow, values)
    if before is None:
        return
    await ensure_calendar(tx, person.calendar_code)
    if before and any(before[name] != values[name] for name in _WHERE_DAYS_COUNT):
        mine = open_interviews(tx.tenant_id).where(InterviewRow.employee_id == event.aggregate_id)
        for interview_id in (await tx.session.scalars(mine)).all():
            await refresh_dues(tx, interview_id)
