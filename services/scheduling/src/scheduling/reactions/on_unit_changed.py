"""A unit came, moved or ended, or says its present state again."""

from uuid import UUID

from common.database import Database
from common.events import Event
from tandem.directory.v1.events_pb2 import UnitChanged, UnitSnapshot

from scheduling.storage.copies import project
from scheduling.storage.copy_tables import UnitRow


async def on_unit_changed(database: Database, event: Event[UnitChanged] | Event[UnitSnapshot]) -> None:
    """Keep the unit's path."""
    unit = event.message.unit
    async with database.reaction(event) as tx:
        await project(tx, event, UnitRow, {"path": [UUID(each) for each in unit.path], "active": unit.active})
