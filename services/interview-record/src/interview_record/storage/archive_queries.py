"""What stands beside archive items: their dues and receipts."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from common.steps import Step, step_id
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from interview_record.storage.interview_tables import StepRow
from interview_record.storage.record_tables import ArchiveItemRow, ArchiveReceiptRow


async def dues_of(
    session: AsyncSession, tenant_id: UUID, items: Sequence[ArchiveItemRow]
) -> dict[UUID, datetime | None]:
    """Return when each item is, or was, due."""
    by_step = {step_id(each.interview_id, Step.ARCHIVED, each.occurrence): each.id for each in items}
    rows = await session.scalars(select(StepRow).where(StepRow.tenant_id == tenant_id, StepRow.id.in_(by_step)))
    return {by_step[row.id]: row.due_at for row in rows}


async def receipts_of(
    session: AsyncSession, tenant_id: UUID, items: Sequence[ArchiveItemRow]
) -> dict[UUID, list[ArchiveReceiptRow]]:
    """Return each item's receipts by the time they came."""
    rows = await session.scalars(
        select(ArchiveReceiptRow)
        .where(
            ArchiveReceiptRow.tenant_id == tenant_id,
            ArchiveReceiptRow.archive_item_id.in_([each.id for each in items]),
        )
        .order_by(ArchiveReceiptRow.accepted_at, ArchiveReceiptRow.destination)
    )
    found: dict[UUID, list[ArchiveReceiptRow]] = defaultdict(list)
    for row in rows:
        found[row.archive_item_id].append(row)
    return found
