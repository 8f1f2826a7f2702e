"""Takes back everything that an import brought; nothing is deleted."""

from typing import TYPE_CHECKING
from uuid import UUID

from common.operations import Job
from common.transaction import Transaction
from sqlalchemy import select

from interview_record.detection import group_key, look_soon, read_group
from interview_record.storage.facts_tables import FactRow, ImportRow, KpiResultRow
from interview_record.superseding import group_of, undo_facts, undo_results

if TYPE_CHECKING:
    from common.database import Database

UNDO_IMPORT = "undo_import"
CHUNK = 200


async def undo_import(database: "Database", job: Job) -> None:
    """Go through what of the import is current, chunk by chunk; then look for shortfalls where results changed."""
    import_id = UUID(job.params["import_id"])
    groups: set[str] = set(job.cursor.get("groups", []))
    while not job.cursor.get("finished"):
        async with database.job(job) as tx:
            row = await tx.get(ImportRow, import_id)
            count = await (_results(tx, row.id, groups) if row.kind == "kpis" else _facts(tx, row.id))
            if count == 0:
                await look_soon(tx, [read_group(each) for each in sorted(groups)])
            job.result["superseded"] = job.result.get("superseded", 0) + count
            job.advance(count, cursor={"groups": sorted(groups), "finished": count == 0})


async def _results(tx: Transaction, import_id: UUID, groups: set[str]) -> int:
    rows = await tx.session.scalars(
        select(KpiResultRow)
        .where(
            KpiResultRow.tenant_id == tx.tenant_id,
            KpiResultRow.import_id == import_id,
            KpiResultRow.superseded_at.is_(None),
        )
        .order_by(KpiResultRow.id)
        .limit(CHUNK)
        .with_for_update()
    )
    found = list(rows)
    groups |= {group_key(group_of(row)) for row in found}
    await undo_results(tx, found)
    return len(found)


async def _facts(tx: Transaction, import_id: UUID) -> int:
    rows = await tx.session.scalars(
        select(FactRow)
        .where(FactRow.tenant_id == tx.tenant_id, FactRow.import_id == import_id, FactRow.superseded_at.is_(None))
        .order_by(FactRow.id)
        .limit(CHUNK)
        .with_for_update()
    )
    found = list(rows)
    await undo_facts(tx, found)
    return len(found)
