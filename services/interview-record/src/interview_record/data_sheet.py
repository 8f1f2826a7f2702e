"""The data sheet of a case as it stands now, in the JSON form of the contract's DataSheet."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from tandem.interview_record.v1.playbook_rules_pb2 import DATA_SHEET_SCOPE_SHORTFALLS_ONLY, PlaybookRules

from interview_record.storage.facts_queries import person_of
from interview_record.storage.facts_tables import FactRow, KpiResultRow, MetricRow, ShortfallRow
from interview_record.storage.interview_tables import DisputeRow, InterviewRow
from interview_record.storage.team_figures import TeamFigure, team_figures
from interview_record.storage.texts import Unseals, open_text
from interview_record.words import decimal_text, shortfall_document

_TREND = 6
_PERCENT = Decimal("0.01")


class Source(Unseals, Protocol):
    """A transaction or a reader."""

    session: AsyncSession
    tenant_id: UUID


@dataclass(frozen=True)
class DataSheet:
    """The sheet's document, and which facts are on it by their kind's word."""

    document: dict[str, Any]
    facts: dict[str, frozenset[UUID]]

    @property
    def is_empty(self) -> bool:
        """Tell whether there is no fact at all."""
        return not any(self.facts.values())

    def holds(self, kind: str, fact_id: UUID) -> bool:
        """Tell whether the fact is on the sheet."""
        return fact_id in self.facts.get(kind, frozenset())


async def data_sheet(source: Source, row: InterviewRow, rules: PlaybookRules) -> DataSheet:
    """Assemble the sheet; under a playbook that shares shortfalls only, KPIs without one are left out."""
    shortfalls = await _shortfalls(source, row)
    only = rules.preparation.data_sheet == DATA_SHEET_SCOPE_SHORTFALLS_ONLY
    results = [
        each
        for each in await _results(source, row)
        if not only or each.metric_code in {shortfall.metric_code for shortfall in shortfalls}
    ]
    facts = [] if only else await _facts(source, row)
    disputes = await _disputes(source, row)
    document = {
        "interview_id": str(row.id),
        "employee_id": str(row.employee_id),
        "period_from": row.period_from.isoformat(),
        "period_until": row.period_until.isoformat(),
        "kpis": await _kpis(source, row, results, rules.shortfall.smallest_team),
        "shortfalls": [shortfall_document(each) for each in shortfalls],
        "incidents": [await fact_document(source, each) for each in facts if each.kind == "incident"],
        "highlights": [await fact_document(source, each) for each in facts if each.kind == "highlight"],
        "disputes": [await dispute_document(source, row, each) for each in disputes],
        "import_ids": _imports([each.import_id for each in results] + [each.import_id for each in facts]),
    }
    return DataSheet(
        document,
        {
            "kpi_result": frozenset(each.id for each in results),
            "shortfall": frozenset(each.id for each in shortfalls),
            "incident": frozenset(each.id for each in facts if each.kind == "incident"),
            "highlight": frozenset(each.id for each in facts if each.kind == "highlight"),
        },
    )


def _imports(import_ids: list[UUID | None]) -> list[str]:
    return sorted({str(each) for each in import_ids if each is not None})


async def dispute_document(source: Unseals, row: InterviewRow, dispute: DisputeRow) -> dict[str, Any]:
    """Return a dispute in the JSON form of the contract's Dispute, texts opened."""
    text = await open_text(source, "dispute", "text", dispute.id, row.employee_id, dispute.text)
    reason = await open_text(source, "dispute", "decision_reason", dispute.id, row.employee_id, dispute.decision_reason)
    document: dict[str, Any] = {
        "id": str(dispute.id),
        "interview_id": str(row.id),
        "fact_kind": f"FACT_KIND_{dispute.fact_kind.upper()}",
        "fact_id": str(dispute.fact_id),
        "text": text,
        "state": f"DISPUTE_STATE_{dispute.state.upper()}",
        "opened_by": dispute.opened_by,
        "opened_at": dispute.opened_at.isoformat(),
        "decide_by": dispute.decide_by.isoformat(),
        "version": dispute.version,
    }
    if dispute.decided_at is not None:
        document |= {
            "decided_by": dispute.decided_by or "",
            "decided_at": dispute.decided_at.isoformat(),
            "decision_reason": reason,
        }
    return document


async def _shortfalls(source: Source, row: InterviewRow) -> list[ShortfallRow]:
    mine = [UUID(each["shortfall_id"]) for each in row.shortfalls]
    in_period = (ShortfallRow.period_from >= row.period_from) & (ShortfallRow.period_until <= row.period_until)
    found = await source.session.scalars(
        select(ShortfallRow)
        .where(
            ShortfallRow.tenant_id == source.tenant_id,
            ShortfallRow.person_id == row.employee_id,
            ShortfallRow.state.in_(["found", "accepted"]),
            or_(ShortfallRow.id.in_(mine), in_period),
        )
        .order_by(ShortfallRow.size_percent.desc(), ShortfallRow.id)
    )
    return list(found)


async def _results(source: Source, row: InterviewRow) -> list[KpiResultRow]:
    found = await source.session.scalars(
        select(KpiResultRow)
        .where(
            KpiResultRow.tenant_id == source.tenant_id,
            KpiResultRow.person_id == row.employee_id,
            KpiResultRow.period_until >= row.period_from,
            KpiResultRow.period_until <= row.period_until,
            KpiResultRow.superseded_at.is_(None),
        )
        .order_by(KpiResultRow.metric_code, KpiResultRow.period_until, KpiResultRow.id)
    )
    return list(found)


async def _facts(source: Source, row: InterviewRow) -> list[FactRow]:
    found = await source.session.scalars(
        select(FactRow)
        .where(
            FactRow.tenant_id == source.tenant_id,
            FactRow.person_id == row.employee_id,
            FactRow.superseded_at.is_(None),
            or_(
                FactRow.happened_on.between(row.period_from, row.period_until),
                FactRow.interview_id == row.id,
            ),
        )
        .order_by(FactRow.happened_on, FactRow.id)
    )
    return list(found)


async def _disputes(source: Source, row: InterviewRow) -> list[DisputeRow]:
    found = await source.session.scalars(
        select(DisputeRow)
        .where(DisputeRow.tenant_id == source.tenant_id, DisputeRow.interview_id == row.id)
        .order_by(DisputeRow.id)
    )
    return list(found)


async def _kpis(
    source: Source, row: InterviewRow, results: list[KpiResultRow], smallest_team: int
) -> list[dict[str, Any]]:
    codes = {each.metric_code for each in results}
    metrics = {
        each.code: each
        for each in await source.session.scalars(
            select(MetricRow).where(MetricRow.tenant_id == source.tenant_id, MetricRow.code.in_(codes))
        )
    }
    trends = await _trends(source, row, codes)
    person = await person_of(source.session, source.tenant_id, row.employee_id)
    team: dict[tuple[Any, Any], dict[str, TeamFigure]] = {}
    documents = []
    for each in results:
        period = (each.period_from, each.period_until)
        if period not in team:
            team[period] = await team_figures(source.session, person, codes, period, smallest_team)
        documents.append(_kpi(each, metrics[each.metric_code], trends[each.metric_code], team[period]))
    return documents


async def _trends(source: Source, row: InterviewRow, codes: set[str]) -> dict[str, list[KpiResultRow]]:
    found = await source.session.scalars(
        select(KpiResultRow)
        .where(
            KpiResultRow.tenant_id == source.tenant_id,
            KpiResultRow.person_id == row.employee_id,
            KpiResultRow.metric_code.in_(codes),
            KpiResultRow.period_until <= row.period_until,
            KpiResultRow.superseded_at.is_(None),
        )
        .order_by(KpiResultRow.period_until)
    )
    trends: dict[str, list[KpiResultRow]] = defaultdict(list)
    for each in found:
        trends[each.metric_code].append(each)
    return trends


def _kpi(
    result: KpiResultRow, metric: MetricRow, own: list[KpiResultRow], team: dict[str, TeamFigure]
) -> dict[str, Any]:
    figure = team.get(result.metric_code)
    earlier = [each.actual for each in own if each.period_until <= result.period_until][-_TREND:]
    document: dict[str, Any] = {
        "result": {
            "id": str(result.id),
            "person_id": str(result.person_id),
            "metric_code": result.metric_code,
            "period_from": result.period_from.isoformat(),
            "period_until": result.period_until.isoformat(),
            "target": decimal_text(result.target),
            "actual": decimal_text(result.actual),
            "weight": decimal_text(result.weight),
            "import_id": str(result.import_id or ""),
            "recorded_by": result.recorded_by,
            "recorded_at": result.recorded_at.isoformat(),
            "version": result.version,
        },
        "metric_name": {"zh_cn": metric.name_zh, "en": metric.name_en},
        "measure_unit": result.measure_unit,
        "direction": f"DIRECTION_{result.direction.upper()}",
        "completion_percent": _completion(result),
        "team_basis": f"TEAM_BASIS_{figure.basis if figure else 'NONE'}",
        "trend": [decimal_text(each) for each in earlier],
    }
    if figure is not None:
        document |= {
            "team_size": figure.size,
            "team_mean": decimal_text(figure.mean.quantize(_PERCENT)),
            "team_difference_percent": _difference(result, figure.mean),
        }
    return document


def _completion(result: KpiResultRow) -> str:
    """Return actual of target in percent; where lower is better, target of actual."""
    if result.target is None:
        return ""
    part, whole = (
        (result.target, result.actual) if result.direction == "lower_is_better" else (result.actual, result.target)
    )
    return decimal_text((part / whole * 100).quantize(_PERCENT)) if whole else ""


def _difference(result: KpiResultRow, mean: Decimal) -> str:
    if not mean:
        return ""
    sign = -1 if result.direction == "lower_is_better" else 1
    return decimal_text((sign * (result.actual - mean) / abs(mean) * 100).quantize(_PERCENT))


async def fact_document(source: Unseals, fact: FactRow) -> dict[str, Any]:
    """Return an incident or highlight in the JSON form of the contract's Fact, texts opened."""
    return {
        "id": str(fact.id),
        "person_id": str(fact.person_id),
        "kind": f"FACT_KIND_{fact.kind.upper()}",
        "happened_on": fact.happened_on.isoformat(),
        "text": await open_text(source, "fact", "text", fact.id, fact.person_id, fact.text),
        "evidence": await open_text(source, "fact", "evidence", fact.id, fact.person_id, fact.evidence),
        "evidence_blob_ids": [str(each) for each in fact.evidence_blob_ids],
        "import_id": str(fact.import_id or ""),
        "added_in_interview_id": str(fact.interview_id or ""),
        "recorded_by": fact.recorded_by,
        "recorded_at": fact.recorded_at.isoformat(),
        "version": fact.version,
    }
