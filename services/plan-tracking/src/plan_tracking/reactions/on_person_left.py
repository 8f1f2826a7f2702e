"""directory said that a person's last day is over."""

from uuid import UUID

from common.database import Database
from common.events import Event
from tandem.directory.v1.events_pb2 import PersonLeft

from plan_tracking.reactions.copies import person_values
from plan_tracking.use_cases.follow_person import follow_person


async def on_person_left(database: Database, event: Event[PersonLeft]) -> None:
    """Follow the person and withdraw their plan."""
    person = event.message.person
    await follow_person(database, event, UUID(person.person_id), person_values(person), left=True)
