"""A unit is new, moved or ended."""

from typing import TYPE_CHECKING

from common.events import Event
from tandem.directory.v1 import events_pb2 as pb

from interview_record.directory_copy import copy_unit

if TYPE_CHECKING:
    from common.database import Database


async def on_unit_changed(database: "Database", event: Event[pb.UnitChanged] | Event[pb.UnitSnapshot]) -> None:
    """Keep the read copy; people of the unit say their own new path."""
    async with database.reaction(event) as tx:
        await copy_unit(tx, event, event.message.unit)
