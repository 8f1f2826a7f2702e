"""A person has another manager from today: their running cases go over."""

from typing import TYPE_CHECKING
from uuid import UUID

from common.events import Event
from common.timestamps import from_timestamp
from tandem.directory.v1 import events_pb2 as pb

from interview_record.directory_moves import take_over_person
from interview_record.moves import reassign_cases_of

if TYPE_CHECKING:
    from common.database import Database


async def on_person_manager_changed(database: "Database", event: Event[pb.PersonManagerChanged]) -> None:
    """Copy the person, then hand the cases over with the steps that fall due after the change."""
    async with database.reaction(event) as tx:
        await take_over_person(tx, event, event.message.person)
        await tx.session.flush()
        await reassign_cases_of(tx, UUID(event.message.person.person_id), from_timestamp(event.message.effective_at))
