"""A person is new or other than before."""

from typing import TYPE_CHECKING

from common.events import Event
from tandem.directory.v1 import events_pb2 as pb

from interview_record.directory_moves import take_over_person

if TYPE_CHECKING:
    from common.database import Database


async def on_person_changed(database: "Database", event: Event[pb.PersonChanged] | Event[pb.PersonSnapshot]) -> None:
    """Keep the read copy and what follows from it."""
    async with database.reaction(event) as tx:
        await take_over_person(tx, event, event.message.person)
