"""A file that was imported, or the errors of one, is kept for some days and no longer."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.blobs import Blobs
from common.due import Due

if TYPE_CHECKING:
    from common.database import Database


@dataclass(frozen=True)
class DeleteImportFile:
    """Deletes the file; one that is gone already is no error."""

    blobs: Blobs

    async def __call__(self, database: "Database", due: Due) -> None:
        """Delete first: a crash in between deletes once more, instead of never."""
        await self.blobs.delete(due.tenant_id, due.object_id)
        async with database.deadline(due) as tx:
            tx.audit("import_file.deleted", "file", due.object_id)
