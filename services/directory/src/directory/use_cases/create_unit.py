"""Create a business unit."""

from uuid import UUID

from common.call import Call
from common.database import Database
from sqlalchemy import exists, select

from directory.domain.errors import CodeTaken
from directory.storage.queries import POLICY
from directory.storage.tables import UnitRow
from directory.units import add_unit, root_unit


async def create_unit(database: Database, call: Call, code: str, name: str, parent_id: UUID | None) -> UUID:
    """Create a unit under its parent, by default under the root."""
    POLICY.require(call.identity, "unit.create")
    async with database.transaction(call) as tx:
        if await tx.session.scalar(select(exists().where(UnitRow.tenant_id == tx.tenant_id, UnitRow.code == code))):
            raise CodeTaken(code=code)
        parent = await tx.get(UnitRow, parent_id) if parent_id else await root_unit(tx)
        return tx.done(add_unit(tx, code, name, parent).id)
