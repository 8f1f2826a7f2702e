"""A calendar has a new version: what is still open is computed again."""

from typing import TYPE_CHECKING

from common.events import Event
from tandem.scheduling.v1 import events_pb2 as pb

from interview_record.calendars import apply_calendar

if TYPE_CHECKING:
    from common.database import Database


async def on_calendar_published(
    database: "Database", event: Event[pb.CalendarPublished] | Event[pb.CalendarSnapshot]
) -> None:
    """Keep the calendar and start the computation that it makes necessary."""
    async with database.reaction(event) as tx:
        await apply_calendar(tx, event, event.message.calendar)
