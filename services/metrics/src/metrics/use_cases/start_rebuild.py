"""Start building all aggregates anew."""

from uuid import UUID

from common.call import Call
from common.database import Database

from metrics.storage.scope import POLICY

REBUILD = "rebuild_aggregates"


async def start_rebuild(database: Database, call: Call) -> UUID:
    """Accept the operation; its result is what is there now, unless that was wrong."""
    POLICY.require(call.identity, "aggregates.rebuild")
    async with database.transaction(call) as tx:
        operation_id = await tx.start_operation(REBUILD, {})
        tx.audit("aggregates.rebuild_started", "operation", operation_id)
        return tx.done(operation_id)
