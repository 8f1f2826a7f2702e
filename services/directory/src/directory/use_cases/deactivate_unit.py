"""End a business unit."""

from uuid import UUID

from common.call import Call
from common.database import Database
from sqlalchemy import func, select

from directory import events
from directory.domain.errors import UnitInUse
from directory.storage.queries import POLICY
from directory.storage.tables import PersonRow, UnitRow


async def deactivate_unit(database: Database, call: Call, unit_id: UUID, expected_version: int) -> UUID:
    """End the unit, unless active people or units are in it."""
    POLICY.require(call.identity, "unit.deactivate")
    async with database.transaction(call) as tx:
        unit = await tx.get(UnitRow, unit_id, expected_version=expected_version)
        people = await tx.session.scalar(
            select(func.count()).where(
                PersonRow.tenant_id == tx.tenant_id, PersonRow.unit_id == unit_id, PersonRow.active
            )
        )
        units = await tx.session.scalar(
            select(func.count()).where(UnitRow.tenant_id == tx.tenant_id, UnitRow.parent_id == unit_id, UnitRow.active)
        )
        if people or units:
            raise UnitInUse(people=people, units=units)
        unit.active = False
        tx.publish(unit_id, events.unit_changed(unit))
        tx.audit("unit.deactivated", "unit", unit_id)
        return tx.done(unit_id)
