"""Reads a file of KPI results; metrics that the tenant does not have yet come with it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from common.blobs import Blobs
from common.database import Database
from common.errors import FieldViolation, Invalid
from common.ids import new_id
from common.operations import Job
from common.sealed import MasterKeys
from common.tabular import Cells, Mapping, Table
from common.transaction import Transaction
from sqlalchemy import select

from interview_record.detection import look_soon
from interview_record.domain.kpi_file import (
    ALIASES,
    FIELDS,
    KpiFile,
    NewMetric,
    ReadKpi,
    read_kpi,
    wide_columns,
    with_metrics,
)
from interview_record.domain.periods import Period
from interview_record.recording import metrics_of, record_results
from interview_record.row_import import Input, RowImport, RowKind
from interview_record.storage.facts_tables import MetricRow

IMPORT_KPIS = "import_kpis"
WIDE = "KPI_LAYOUT_WIDE"


def import_kpis(blobs: Blobs, master_keys: MasterKeys) -> RowImport[ReadKpi]:
    """Return the work of the operation `import_kpis`."""
    kind: RowKind[ReadKpi] = RowKind(
        name="kpis",
        mapping_of=_mapping,
        read=_read,
        key=lambda each: each.line.key,
        prepare=_warn_of_new_metrics,
        begin=_add_metrics,
        put=_put,
        finish=_finish,
    )
    return RowImport(kind, blobs, master_keys)


async def _mapping(database: Database, job: Job, table: Table) -> Mapping:
    document = job.params.get("mapping")
    mapping = Mapping.of(document, FIELDS) if document else Mapping.auto(table.headers, ALIASES)
    if job.params.get("layout") != WIDE or mapping.metric_columns:
        return mapping
    async with database.read(job.identity(database.service)) as reader:
        rows = await reader.session.scalars(select(MetricRow).where(MetricRow.tenant_id == job.tenant_id))
        names = {row.code: (row.name_zh, row.name_en) for row in rows}
    columns = wide_columns(table.headers, names)
    if not columns:
        raise Invalid.field(
            "mapping.metric_columns",
            "MAPPING_WITHOUT_METRICS",
            en="No column is called as a metric; name the columns in the mapping.",
            zh="没有与指标同名的列，请在映射中指定各指标列。",
        )
    return with_metrics(mapping, columns)


def _read(job: Job, cells: Cells, people: dict[str, UUID]) -> ReadKpi | None:
    first, last = job.params.get("period_from"), job.params.get("period_until")
    period = Period(date.fromisoformat(first), date.fromisoformat(last)) if first and last else None
    return read_kpi(cells, KpiFile(people, period))


async def _warn_of_new_metrics(database: Database, job: Job, found: Input[ReadKpi]) -> None:
    async with database.read(job.identity(database.service)) as reader:
        known = set(await reader.session.scalars(select(MetricRow.code).where(MetricRow.tenant_id == job.tenant_id)))
    for number, each in found.lines:
        if each.metric.code not in known:
            known.add(each.metric.code)
            found.warnings.append((number, _new_metric(each.metric)))


def _new_metric(metric: NewMetric) -> FieldViolation:
    way_en = "lower is better" if metric.direction == "lower_is_better" else "higher is better"
    way_zh = "越低越好" if metric.direction == "lower_is_better" else "越高越好"
    return FieldViolation(
        "metric_code",
        "METRIC_CREATED",
        f"The metric {metric.code} is new; it is taken as: {way_en}.",
        f"指标 {metric.code} 为新指标，按“{way_zh}”处理。",
    )


async def _add_metrics(tx: Transaction, found: Input[ReadKpi]) -> None:
    described: dict[str, NewMetric] = {}
    for _, each in found.lines:
        described.setdefault(each.metric.code, each.metric)
    known = await metrics_of(tx, set(described))
    for code, metric in described.items():
        if code not in known:
            row = MetricRow(
                tenant_id=tx.tenant_id,
                id=new_id(),
                code=code,
                name_zh=metric.name_zh,
                name_en=metric.name_en,
                measure_unit=metric.measure_unit,
                direction=metric.direction,
            )
            tx.add(row)
            tx.audit("metric.put", "metric", row.id)
    await tx.session.flush()


async def _put(tx: Transaction, lines: Sequence[ReadKpi], import_id: UUID) -> Counter[Any]:
    counts, _ = await record_results(tx, [each.line for each in lines], import_id=import_id, look=False)
    return counts


async def _finish(tx: Transaction, found: Input[ReadKpi]) -> None:
    await look_soon(tx, {(each.line.metric_code, each.line.period) for _, each in found.lines})
