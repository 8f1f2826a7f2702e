"""People, units, roles and calendars as far as sending needs to know them."""

from typing import TYPE_CHECKING

from common.events import Event
from tandem.directory.v1 import events_pb2 as pb
from tandem.scheduling.v1 import events_pb2 as scheduling

from notification.directory_copies import copy_calendar, copy_grant, copy_person, copy_unit

if TYPE_CHECKING:
    from common.database import Database

PersonEvent = Event[pb.PersonChanged] | Event[pb.PersonManagerChanged] | Event[pb.PersonLeft] | Event[pb.PersonSnapshot]


async def on_person_changed(database: "Database", event: PersonEvent) -> None:
    """Keep the person; who left is found out when something would be sent to them."""
    async with database.reaction(event) as tx:
        await copy_person(tx, event, event.message.person)


async def on_unit_changed(database: "Database", event: Event[pb.UnitChanged] | Event[pb.UnitSnapshot]) -> None:
    """Keep the unit."""
    async with database.reaction(event) as tx:
        await copy_unit(tx, event, event.message.unit)


async def on_grant_changed(database: "Database", event: Event[pb.GrantChanged] | Event[pb.GrantSnapshot]) -> None:
    """Keep the grant."""
    async with database.reaction(event) as tx:
        await copy_grant(tx, event, event.message.grant)


async def on_calendar_published(
    database: "Database", event: Event[scheduling.CalendarPublished] | Event[scheduling.CalendarSnapshot]
) -> None:
    """Keep the calendar; due dates that it moves are published again by their owners."""
    async with database.reaction(event) as tx:
        await copy_calendar(tx, event, event.message.calendar)
