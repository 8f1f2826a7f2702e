"""directory said something of a person: first known, changed, under another manager, or stated again."""

from typing import Any
from uuid import UUID

from common.database import Database
from common.events import Event
from tandem.directory.v1 import facts_pb2 as facts

from plan_tracking.reactions.copies import person_values
from plan_tracking.use_cases.follow_person import follow_person


async def on_person_changed(database: Database, event: Event[Any]) -> None:
    """Follow the person; an interview's manager changes with the interview, not here."""
    person: facts.PersonFacts = event.message.person
    await follow_person(database, event, UUID(person.person_id), person_values(person))
