"""Rename or move a business unit with all under it."""

from uuid import UUID

from common.call import Call
from common.database import Database
from sqlalchemy import func, literal, select

from directory import events
from directory.domain.errors import UnitUnderItself
from directory.people import move_people
from directory.storage.queries import POLICY
from directory.storage.tables import UnitRow


async def update_unit(
    database: Database, call: Call, unit_id: UUID, *, name: str | None, parent_id: UUID | None, expected_version: int
) -> UUID:
    """Set the name or the parent; a move gives every unit and person below their new path."""
    POLICY.require(call.identity, "unit.update")
    async with database.transaction(call) as tx:
        unit = await tx.get(UnitRow, unit_id, expected_version=expected_version)
        if name is not None:
            unit.name = name
        if parent_id is not None and parent_id != unit.parent_id:
            parent = await tx.get(UnitRow, parent_id)
            if unit_id in parent.path:
                raise UnitUnderItself
            above = len(unit.path) - 1
            below = await tx.session.scalars(
                select(UnitRow)
                .where(UnitRow.tenant_id == tx.tenant_id, literal(unit_id) == func.any(UnitRow.path))
                .with_for_update()
            )
            unit.parent_id = parent_id
            for each in below:
                each.path = [*parent.path, *each.path[above:]]
                tx.publish(each.id, events.unit_changed(each))
                await move_people(tx, each)
        else:
            tx.publish(unit_id, events.unit_changed(unit))
        tx.audit("unit.updated", "unit", unit_id, parent_id=unit.parent_id)
        return tx.done(unit_id)
