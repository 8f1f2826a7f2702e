"""scheduling published a work calendar, anew or again."""

from typing import Any
from uuid import UUID

from common.database import Database
from common.events import Event
from tandem.scheduling.v1 import facts_pb2 as facts

from plan_tracking.reactions.copies import calendar_values
from plan_tracking.use_cases.follow_calendar import follow_calendar


async def on_calendar_published(database: Database, event: Event[Any]) -> None:
    """Follow the calendar."""
    calendar: facts.CalendarFacts = event.message.calendar
    await follow_calendar(database, event, UUID(calendar.calendar_id), calendar_values(calendar))
