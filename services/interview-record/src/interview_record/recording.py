"""Putting facts on record, typed in or imported: what is there already stays, what differs is superseded."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from common.ids import new_id
from common.transaction import Transaction
from sqlalchemy import select

from interview_record.detection import look_soon
from interview_record.domain.kpi import FactLine, KpiLine
from interview_record.facts_events import kpi_recorded
from interview_record.storage.facts_tables import FactRow, KpiResultRow, MetricRow
from interview_record.storage.periods import current_results
from interview_record.storage.plan_metrics import followed

Outcome = Literal["created", "corrected", "unchanged"]


async def record_results(
    tx: Transaction, lines: Sequence[KpiLine], *, import_id: UUID | None = None, look: bool = True
) -> tuple[Counter[Outcome], list[KpiResultRow]]:
    """Put the results on record; returns the counts and the rows that are new.

    The lines' keys differ and their metrics exist. `look` has shortfalls looked for once this commits.
    """
    metrics = await metrics_of(tx, {each.metric_code for each in lines})
    current = await current_results(tx.session, tx.tenant_id, lines)
    counts: Counter[Outcome] = Counter()
    added: list[KpiResultRow] = []
    for line in lines:
        known = current.get(line.key)
        if known is not None and _says_the_same(known, line):
            counts["unchanged"] += 1
            continue
        counts["created" if known is None else "corrected"] += 1
        added.append(_row_of(tx, line, metrics[line.metric_code], import_id, known))
    # What is superseded must be so before its successor may be current.
    await tx.session.flush()
    tx.session.add_all(added)
    await announce(tx, added)
    if look and added:
        await look_soon(tx, {(each.metric_code, each.period) for each in lines})
    return counts, added


async def metrics_of(tx: Transaction, codes: set[str]) -> dict[str, MetricRow]:
    """Return the tenant's metrics among the codes."""
    rows = await tx.session.scalars(
        select(MetricRow).where(MetricRow.tenant_id == tx.tenant_id, MetricRow.code.in_(codes))
    )
    return {row.code: row for row in rows}


async def announce(tx: Transaction, rows: Sequence[KpiResultRow], *, withdrawn: bool = False) -> None:
    """Publish those results that a plan in force works on; all others stay here."""
    wanted = await followed(tx.session, tx.tenant_id, {row.person_id for row in rows}) if rows else set()
    for row in rows:
        if (row.person_id, row.metric_code) in wanted:
            tx.publish(row.id, kpi_recorded(row, withdrawn=withdrawn))


def _says_the_same(row: KpiResultRow, line: KpiLine) -> bool:
    return (row.target, row.actual, row.weight) == (line.target, line.actual, line.weight)


def _row_of(
    tx: Transaction, line: KpiLine, metric: MetricRow, import_id: UUID | None, known: KpiResultRow | None
) -> KpiResultRow:
    row = KpiResultRow(
        tenant_id=tx.tenant_id,
        id=new_id(),
        person_id=line.person_id,
        metric_code=line.metric_code,
        period_from=line.period.first,
        period_until=line.period.last,
        target=line.target,
        actual=line.actual,
        weight=line.weight,
        direction=metric.direction,
        measure_unit=metric.measure_unit,
        import_id=import_id,
        recorded_at=tx.now,
        recorded_by=tx.identity.actor or tx.identity.subject,
    )
    if known is not None:
        row.supersedes_id, known.superseded_by_id, known.superseded_at = known.id, row.id, tx.now
    return row


async def record_facts(
    tx: Transaction, lines: Sequence[FactLine], *, import_id: UUID | None = None, interview_id: UUID | None = None
) -> tuple[Counter[Outcome], list[FactRow]]:
    """Put incidents and highlights on record; returns the counts and the rows that are new."""
    sameness = [await tx.commitment(each.person_id, each.sameness) for each in lines]
    current = await _current_facts(tx, sameness)
    counts: Counter[Outcome] = Counter()
    added: list[FactRow] = []
    for line, key in zip(lines, sameness, strict=True):
        known = current.get((line.person_id, key))
        if known is not None and await _reads_the_same(tx, known, line):
            counts["unchanged"] += 1
            continue
        counts["created" if known is None else "corrected"] += 1
        row = await fact_row(tx, line, import_id=import_id, interview_id=interview_id, known=known)
        added.append(row)
        current[line.person_id, key] = row
    tx.session.add_all(added)
    return counts, added


async def fact_row(
    tx: Transaction,
    line: FactLine,
    *,
    import_id: UUID | None = None,
    interview_id: UUID | None = None,
    known: FactRow | None = None,
) -> FactRow:
    """Return the row of a line, its texts sealed with the person's key; a known one is superseded by it."""
    row = FactRow(
        tenant_id=tx.tenant_id,
        id=new_id(),
        kind=line.kind,
        person_id=line.person_id,
        happened_on=line.happened_on,
        evidence_blob_ids=list(line.evidence_blob_ids),
        sameness=await tx.commitment(line.person_id, line.sameness),
        reference=line.reference,
        import_id=import_id,
        interview_id=interview_id,
        recorded_at=tx.now,
        recorded_by=tx.identity.actor or tx.identity.subject,
    )
    row.text = await tx.seal("fact", "text", row.id, line.person_id, line.text)
    if line.evidence:
        row.evidence = await tx.seal("fact", "evidence", row.id, line.person_id, line.evidence)
    if known is not None:
        row.supersedes_id, known.superseded_by_id, known.superseded_at = known.id, row.id, tx.now
    return row


async def _current_facts(tx: Transaction, sameness: Sequence[bytes]) -> dict[tuple[UUID, bytes], FactRow]:
    rows = await tx.session.scalars(
        select(FactRow)
        .where(FactRow.tenant_id == tx.tenant_id, FactRow.sameness.in_(set(sameness)), FactRow.superseded_at.is_(None))
        .order_by(FactRow.id)
        .with_for_update()
    )
    return {(row.person_id, row.sameness): row for row in rows}


async def _reads_the_same(tx: Transaction, row: FactRow, line: FactLine) -> bool:
    if row.happened_on != line.happened_on:
        return False
    text = await tx.unseal("fact", "text", row.id, row.person_id, row.text)
    evidence = ""
    if row.evidence is not None:
        evidence = await tx.unseal("fact", "evidence", row.id, row.person_id, row.evidence)
    return (text, evidence) == (line.text, line.evidence)
