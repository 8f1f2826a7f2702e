"""A person's last day is over."""

from common.database import Database
from common.events import Event
from common.timestamps import from_timestamp
from tandem.directory.v1.events_pb2 import PersonLeft

from scheduling.reactions.on_person_changed import keep_person
from scheduling.use_cases.free_after_leaving import free_after_leaving


async def on_person_left(database: Database, event: Event[PersonLeft]) -> None:
    """Keep the person and cancel what they were to attend later."""
    async with database.reaction(event) as tx:
        await keep_person(tx, event)
        await free_after_leaving(tx, event.aggregate_id, from_timestamp(event.message.left_at))
