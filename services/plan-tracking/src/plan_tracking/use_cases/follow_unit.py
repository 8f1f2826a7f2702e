"""Keep the read copy of units, and with it the path of everyone in them."""

from typing import Any
from uuid import UUID

from common.database import Database
from common.events import Event
from common.inbox import is_newer
from sqlalchemy import update

from plan_tracking.storage.copy_tables import PersonRow, UnitRow


async def follow_unit(database: Database, event: Event[Any], unit_id: UUID, path: list[UUID]) -> None:
    """Apply the unit's place if it is newer than what is known."""
    async with database.reaction(event) as tx:
        row = await tx.session.get(UnitRow, (tx.tenant_id, unit_id), with_for_update=True)
        if row is None:
            row = UnitRow(tenant_id=tx.tenant_id, id=unit_id, epoch=0, sequence=0)
        if not is_newer(row, event):
            return
        row.path = path
        tx.add(row)
        await tx.session.execute(
            update(PersonRow)
            .where(PersonRow.tenant_id == tx.tenant_id, PersonRow.unit_id == unit_id)
            .values(unit_path=path)
        )
