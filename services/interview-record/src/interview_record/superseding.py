"""Taking facts back: nothing is deleted, what it had replaced may count again."""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from common.errors import NotFound
from common.ids import new_id
from common.transaction import Transaction
from sqlalchemy import select

from interview_record.detection import look_soon
from interview_record.domain.decisions import ShortfallState
from interview_record.domain.kpi import KpiLine, Superseded
from interview_record.domain.periods import Period
from interview_record.recording import announce, record_results
from interview_record.storage.facts_tables import FactRow, ImportRow, KpiResultRow, ShortfallRow

Row = TypeVar("Row", KpiResultRow, FactRow)


async def supersede_fact(tx: Transaction, kind: str, fact_id: UUID, corrected_actual: Decimal | None) -> None:
    """Take back what a dispute proved wrong; a KPI result may be corrected instead.

    A fact that was superseded meanwhile stays as it is.
    """
    if kind == "shortfall":
        shortfall = await tx.get(ShortfallRow, fact_id)
        shortfall.state = ShortfallState.GONE
    elif kind == "kpi_result":
        result = await tx.get(KpiResultRow, fact_id)
        if result.superseded_at is None:
            await _take_back_result(tx, result, corrected_actual)
    else:
        fact = await tx.get(FactRow, fact_id)
        fact.superseded_at = fact.superseded_at or tx.now


async def _take_back_result(tx: Transaction, row: KpiResultRow, corrected_actual: Decimal | None) -> None:
    if corrected_actual is not None:
        await correct_result(tx, row, target=row.target, actual=corrected_actual, weight=row.weight)
        return
    row.superseded_at = tx.now
    await announce(tx, [row], withdrawn=True)
    await look_soon(tx, [group_of(row)])


async def correct_result(
    tx: Transaction, row: KpiResultRow, *, target: Decimal | None, actual: Decimal, weight: Decimal
) -> KpiResultRow:
    """Replace a current result by another and return that; raise Superseded for one that is not current."""
    if row.superseded_at is not None:
        raise Superseded(resource="kpi_result")
    line = KpiLine(row.person_id, row.metric_code, group_of(row)[1], target, actual, weight)
    _, added = await record_results(tx, [line])
    return added[0] if added else row


def group_of(row: KpiResultRow) -> tuple[str, Period]:
    """Return the metric and period of a result."""
    return row.metric_code, Period(row.period_from, row.period_until)


async def undo_results(tx: Transaction, rows: list[KpiResultRow]) -> None:
    """Take back results of an undone import; what each had replaced counts again, as a row of its own."""
    restored: list[KpiResultRow] = []
    for row in rows:
        row.superseded_at = tx.now
        before = await _before(tx, KpiResultRow, row)
        if before is not None:
            restored.append(_again(tx, before, row, _copy_result))
    await tx.session.flush()
    tx.session.add_all(restored)
    gone = [row for row in rows if row.superseded_by_id is None]
    await announce(tx, gone, withdrawn=True)
    await announce(tx, restored)


async def undo_facts(tx: Transaction, rows: list[FactRow]) -> None:
    """Take back incidents and highlights of an undone import; what each had replaced counts again."""
    for row in rows:
        row.superseded_at = tx.now
        before = await _before(tx, FactRow, row)
        if before is None:
            continue
        again = _again(tx, before, row, _copy_fact)
        # Sealed texts open in their own row only.
        text = await tx.unseal("fact", "text", before.id, before.person_id, before.text)
        again.text = await tx.seal("fact", "text", again.id, before.person_id, text)
        if before.evidence is not None:
            evidence = await tx.unseal("fact", "evidence", before.id, before.person_id, before.evidence)
            again.evidence = await tx.seal("fact", "evidence", again.id, before.person_id, evidence)
        tx.add(again)


async def _before(tx: Transaction, kind: type[Row], row: Row) -> Row | None:
    """Return the nearest predecessor whose own import still holds."""
    before_id = row.supersedes_id
    while before_id is not None:
        before = await tx.session.get(kind, (tx.tenant_id, before_id))
        if before is None:
            raise NotFound(resource=kind.__tablename__, id=before_id)
        if before.import_id is None or not await _undone(tx, before.import_id):
            return before
        before_id = before.supersedes_id
    return None


async def _undone(tx: Transaction, import_id: UUID) -> bool:
    found = await tx.session.scalar(
        select(ImportRow.undone_at).where(ImportRow.tenant_id == tx.tenant_id, ImportRow.id == import_id)
    )
    return found is not None


def _again(tx: Transaction, before: Row, undone: Row, copy: Callable[[Row], Row]) -> Row:
    row = copy(before)
    row.tenant_id, row.id, row.import_id, row.person_id = tx.tenant_id, new_id(), before.import_id, before.person_id
    row.recorded_at, row.recorded_by = tx.now, before.recorded_by
    row.supersedes_id, undone.superseded_by_id = undone.id, row.id
    return row


def _copy_result(before: KpiResultRow) -> KpiResultRow:
    return KpiResultRow(
        metric_code=before.metric_code,
        period_from=before.period_from,
        period_until=before.period_until,
        target=before.target,
        actual=before.actual,
        weight=before.weight,
        direction=before.direction,
        measure_unit=before.measure_unit,
    )


def _copy_fact(before: FactRow) -> FactRow:
    return FactRow(
        kind=before.kind,
        happened_on=before.happened_on,
        sameness=before.sameness,
        reference=before.reference,
        evidence_blob_ids=list(before.evidence_blob_ids),
        interview_id=before.interview_id,
    )
