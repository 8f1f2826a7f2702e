"""Accept a file of people."""

from typing import Any
from uuid import UUID

from common.blobs import BlobNotFound, Blobs
from common.call import Call
from common.database import Database

from directory.storage.queries import POLICY


async def start_people_import(database: Database, call: Call, blobs: Blobs, params: dict[str, Any]) -> UUID:
    """Start the operation `import_people`; `params` is what its job reads. Raises BlobNotFound."""
    POLICY.require(call.identity, "person.import")
    file_id = UUID(params["file"]["blob_id"])
    async with database.transaction(call) as tx:
        if not await blobs.exists(tx.tenant_id, file_id):
            raise BlobNotFound(id=file_id)
        operation_id = await tx.start_operation("import_people", params)
        tx.audit("people.import_started", "operation", operation_id)
        return tx.done(operation_id)
