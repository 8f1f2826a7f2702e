"""Note that an item lies in the employee's file."""

from uuid import UUID

from common.steps import Step
from common.transaction import Transaction

from interview_record import ledger
from interview_record.casefile import open_case
from interview_record.domain.archive import EMPLOYEE_FILE
from interview_record.domain.interview import State
from interview_record.ending import close_if_over
from interview_record.storage.record_tables import ArchiveItemRow, ArchiveReceiptRow


async def keep_archive_item(tx: Transaction, item_id: UUID, file_id: UUID, digest: bytes) -> None:
    """Give the built-in destination's receipt; the first item archives the case, which then may close."""
    interview_id = (await tx.get(ArchiveItemRow, item_id, lock=False)).interview_id
    file = await open_case(tx, interview_id)
    item = await tx.get(ArchiveItemRow, item_id)
    item.file_id, item.content_hash, item.frozen_at, item.archived_at = file_id, digest, tx.now, tx.now
    tx.add(
        ArchiveReceiptRow(
            tenant_id=tx.tenant_id,
            archive_item_id=item_id,
            destination=EMPLOYEE_FILE,
            receipt=digest.hex(),
            accepted_at=tx.now,
        )
    )
    if file.row.state == State.CONCLUDED:
        file.row.state, file.row.archived_at = State.ARCHIVED, tx.now
    await ledger.complete(file, Step.ARCHIVED, item.occurrence, at=tx.now, subject_id=item_id)
    event = file.events.archived(item_id, item.revision, item.amendment, digest, tx.now)
    file.record("archived", event, archive_item_id=item_id, revision=item.revision, amendment=item.amendment)
    await close_if_over(file)
