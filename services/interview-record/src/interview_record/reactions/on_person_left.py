"""A person left: their unfinished case ends, the cases they held wait for a successor."""

from typing import TYPE_CHECKING
from uuid import UUID

from common.events import Event
from common.timestamps import from_timestamp
from tandem.directory.v1 import events_pb2 as pb

from interview_record.directory_moves import take_over_person
from interview_record.moves import leave

if TYPE_CHECKING:
    from common.database import Database


async def on_person_left(database: "Database", event: Event[pb.PersonLeft]) -> None:
    """Copy the person, then end and hand over."""
    async with database.reaction(event) as tx:
        await take_over_person(tx, event, event.message.person)
        await tx.session.flush()
        await leave(tx, UUID(event.message.person.person_id), from_timestamp(event.message.left_at))
