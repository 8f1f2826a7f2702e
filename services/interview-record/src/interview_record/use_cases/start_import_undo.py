"""Take an import back."""

from uuid import UUID

from common import tables
from common.call import Call
from common.database import Database
from sqlalchemy import select

from interview_record.domain.kpi import AlreadyUndone, ImportRunning
from interview_record.policy import POLICY
from interview_record.storage.facts_tables import ImportRow


async def start_import_undo(database: Database, call: Call, import_id: UUID, expected_version: int) -> UUID:
    """Mark the import undone and start superseding what it brought; raise AlreadyUndone, or ImportRunning."""
    POLICY.require(call.identity, "import.undo")
    async with database.transaction(call) as tx:
        row = await tx.get(ImportRow, import_id, expected_version=expected_version, resource="import")
        if row.undone_at is not None:
            raise AlreadyUndone
        operation = tables.operation.c
        state = await tx.session.scalar(
            select(operation.state).where(operation.tenant_id == tx.tenant_id, operation.id == row.operation_id)
        )
        if state in ("pending", "running"):
            raise ImportRunning(operation_id=row.operation_id)
        row.undone_at, row.undone_by = tx.now, call.identity.subject
        operation_id = await tx.start_operation("undo_import", {"import_id": str(import_id)})
        tx.audit("import.undone", "import", import_id, operation_id=operation_id)
        return tx.done(operation_id)
