"""Archive right after the last signature or the decision; a callee that is away is asked again later."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from common.blobs import Blobs
from common.call import Call
from common.due import Due
from common.errors import AlreadyHandled
from common.grpc_client import Callees
from common.identity import Identity
from common.ids import stable_id
from common.sealed import DataKey

from interview_record import archiving
from interview_record.domain.frozen import Frozen, freeze
from interview_record.storage.interview_tables import InterviewRow
from interview_record.storage.record_tables import ArchiveItemRow
from interview_record.use_cases.keep_archive_item import keep_archive_item

if TYPE_CHECKING:
    from common.database import Database

# A package holds a few hundred kilobytes of text; more is a fault, not a file.
_LIMIT = 32 * 1024 * 1024


@dataclass(frozen=True)
class Archive:
    """Freezes items with what other services say, and keeps them in the store; call it as the deadline's handler."""

    callees: Callees
    blobs: Blobs

    async def __call__(self, database: "Database", due: Due) -> None:
        """Fetch, freeze, store, then commit; nothing is held open while others are asked."""
        item_id = due.object_id
        frozen, key = await self._freeze(database, due.tenant_id, item_id)
        # The same file at every attempt: a crash between store and commit leaves no second one.
        file_id = stable_id("archive_item", item_id, frozen.digest.hex())
        content = archiving.one_chunk(frozen.text.encode())
        await self.blobs.put_stream(key, content, limit=_LIMIT, file_id=file_id)
        async with database.deadline(due) as tx:
            await keep_archive_item(tx, item_id, file_id, frozen.digest)

    async def _freeze(self, database: "Database", tenant_id: UUID, item_id: UUID) -> tuple[Frozen, DataKey]:
        identity = Identity.of_service(database.service, tenant_id)
        async with database.read(identity) as reader:
            item = await reader.session.get(ArchiveItemRow, (tenant_id, item_id))
            row = await reader.session.get(InterviewRow, (tenant_id, item.interview_id)) if item else None
            if item is None or row is None or item.file_id is not None:
                raise AlreadyHandled
        signed = await archiving.signed_plan(self.callees, item)
        names = await archiving.names_of(self.callees, tenant_id, archiving.people_in(row, signed))
        # Not a read: a person's first file makes their key.
        async with database.transaction(Call(identity)) as tx:
            key = await tx.data_key(row.employee_id)
        async with database.read(identity) as reader:
            return freeze(await archiving.package(reader, item, row, signed, names)), key
