"""Accept a file of people."""

from typing import Any
from uuid import UUID

from common.call import Call
from common.database import Database

from directory.storage.queries import POLICY


async def start_people_import(database: Database, call: Call, params: dict[str, Any]) -> UUID:
    """Start the operation `import_people`; `params` is what its job reads."""
    POLICY.require(call.identity, "person.import")
    async with database.transaction(call) as tx:
        operation_id = await tx.start_operation("import_people", params)
        tx.audit("people.import_started", "operation", operation_id)
        return tx.done(operation_id)
