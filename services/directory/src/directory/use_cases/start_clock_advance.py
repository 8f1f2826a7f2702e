"""Accept a move of a demo tenant's clock."""

from datetime import datetime
from uuid import UUID

from common.call import Call
from common.database import Database

from directory.domain.errors import ClockNotMovable
from directory.storage.queries import POLICY
from directory.storage.tables import TenantRecordRow


async def start_clock_advance(database: Database, call: Call, to: datetime) -> UUID:
    """Start the operation that moves the clock to the moment, from due to due."""
    POLICY.require(call.identity, "clock.advance")
    async with database.transaction(call) as tx:
        tenant = await tx.get(TenantRecordRow, tx.tenant_id, lock=False)
        if not tenant.demo or to < tx.now:
            raise ClockNotMovable
        operation_id = await tx.start_operation("advance_clock", {"to": to.isoformat()})
        tx.audit("clock.advance_started", "tenant", tx.tenant_id, to=to.isoformat())
        return tx.done(operation_id)
