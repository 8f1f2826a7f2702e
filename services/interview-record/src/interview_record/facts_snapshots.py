"""Playbooks and cycles as they stand, for a consumer that catches up."""

from uuid import UUID

from common.snapshots import Snapshot
from common.transaction import Transaction
from sqlalchemy import select

from interview_record.domain.cycles import CycleState
from interview_record.facts_events import cycle_snapshot, playbook_snapshot
from interview_record.storage.cycle_tables import CycleRow, PlaybookRow, PlaybookVersionRow

BATCH = 200


async def _playbooks(tx: Transaction, after: UUID | None) -> tuple[int, UUID | None]:
    statement = select(PlaybookRow).where(PlaybookRow.tenant_id == tx.tenant_id, PlaybookRow.published_version > 0)
    if after is not None:
        statement = statement.where(PlaybookRow.id > after)
    rows = list(await tx.session.scalars(statement.order_by(PlaybookRow.id).limit(BATCH)))
    for row in rows:
        version = await tx.session.get(PlaybookVersionRow, (tx.tenant_id, row.id, row.published_version))
        if version is not None:
            tx.publish(row.id, playbook_snapshot(row, version))
    return len(rows), rows[-1].id if rows else None


async def _cycles(tx: Transaction, after: UUID | None) -> tuple[int, UUID | None]:
    statement = select(CycleRow).where(CycleRow.tenant_id == tx.tenant_id, CycleRow.state != CycleState.DRAFT)
    if after is not None:
        statement = statement.where(CycleRow.id > after)
    rows = list(await tx.session.scalars(statement.order_by(CycleRow.id).limit(BATCH)))
    for row in rows:
        tx.publish(row.id, cycle_snapshot(row))
    return len(rows), rows[-1].id if rows else None


FACTS_SNAPSHOTS: dict[str, Snapshot] = {"playbook": _playbooks, "cycle": _cycles}
