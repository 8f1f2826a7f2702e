"""Writing business units."""

from common.ids import new_id
from common.transaction import Transaction
from sqlalchemy import select

from directory import events
from directory.storage.tables import UnitRow


async def root_unit(tx: Transaction) -> UnitRow:
    """Return the tenant's root unit."""
    return (
        await tx.session.execute(select(UnitRow).where(UnitRow.tenant_id == tx.tenant_id, UnitRow.parent_id.is_(None)))
    ).scalar_one()


def add_unit(tx: Transaction, code: str, name: str, parent: UnitRow) -> UnitRow:
    """Add a unit to the transaction, with its event and audit entry."""
    unit_id = new_id()
    unit = UnitRow(
        tenant_id=tx.tenant_id,
        id=unit_id,
        code=code,
        name=name,
        parent_id=parent.id,
        path=[*parent.path, unit_id],
        active=True,
    )
    tx.add(unit)
    tx.publish(unit_id, events.unit_changed(unit))
    tx.audit("unit.created", "unit", unit_id, parent_id=parent.id)
    return unit
