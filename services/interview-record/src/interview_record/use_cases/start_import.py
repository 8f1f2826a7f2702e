"""Accept a file of KPI results or of incidents and highlights."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from common.blobs import BlobNotFound, Blobs
from common.call import Call
from common.database import Database
from common.tabular import Mapping

from interview_record.policy import POLICY


async def start_import(
    database: Database, call: Call, blobs: Blobs, kind: str, params: dict[str, Any], fields: Collection[str]
) -> UUID:
    """Start the operation `kind`; `params` is what its job reads, `fields` are those that a mapping may name.

    Raises Invalid for a mapping that names what does not exist, BlobNotFound.
    """
    POLICY.require(call.identity, "kpi.import" if kind == "import_kpis" else "fact.import")
    if document := params.get("mapping"):
        Mapping.of(document, fields)
    file_id = UUID(params["file"]["blob_id"])
    async with database.transaction(call) as tx:
        if not await blobs.exists(tx.tenant_id, file_id):
            raise BlobNotFound(id=file_id)
        operation_id = await tx.start_operation(kind, params)
        tx.audit("import.started", "operation", operation_id, kind=kind)
        return tx.done(operation_id)
