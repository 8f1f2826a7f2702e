"""directory said where a unit stands in the tree."""

from typing import Any
from uuid import UUID

from common.database import Database
from common.events import Event
from tandem.directory.v1 import facts_pb2 as facts

from plan_tracking.use_cases.follow_unit import follow_unit


async def on_unit_changed(database: Database, event: Event[Any]) -> None:
    """Follow the unit."""
    unit: facts.UnitFacts = event.message.unit
    await follow_unit(database, event, UUID(unit.unit_id), [UUID(each) for each in unit.path])
