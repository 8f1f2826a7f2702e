"""Tables of the facts before the interview: metrics, KPI results, incidents and highlights, imports, shortfalls."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from common.tables import TenantRow
from sqlalchemy import Date, Integer, Numeric, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from interview_record.storage.base import Base
from interview_record.storage.directory_tables import PersonRow, PlanMetricsRow, UnitRow

__all__ = [
    "FactRow",
    "ImportRow",
    "KpiResultRow",
    "MetricRow",
    "PersonRow",
    "PlanMetricsRow",
    "ShortfallRow",
    "UnitRow",
]

VALUE = Numeric(21, 6)


class MetricRow(TenantRow, Base):
    """What is measured, under a code that is unique in the tenant."""

    __tablename__ = "metric"

    code: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    measure_unit: Mapped[str]
    direction: Mapped[str]
    job_families: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)


class KpiResultRow(TenantRow, Base):
    """What a person reached in a metric and period; only one of the same three is current."""

    __tablename__ = "kpi_result"

    person_id: Mapped[UUID]
    metric_code: Mapped[str]
    period_from: Mapped[date] = mapped_column(Date)
    period_until: Mapped[date] = mapped_column(Date)
    target: Mapped[Decimal | None] = mapped_column(VALUE)
    actual: Mapped[Decimal] = mapped_column(VALUE)
    weight: Mapped[Decimal] = mapped_column(VALUE)
    direction: Mapped[str]
    measure_unit: Mapped[str]
    import_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    supersedes_id: Mapped[UUID | None]
    superseded_by_id: Mapped[UUID | None]
    superseded_at: Mapped[datetime | None]


class FactRow(TenantRow, Base):
    """An incident or a highlight; `sameness` is the keyed hash by which a repeated import knows it again."""

    __tablename__ = "fact"

    kind: Mapped[str]
    person_id: Mapped[UUID]
    happened_on: Mapped[date] = mapped_column(Date)
    text: Mapped[bytes]
    evidence: Mapped[bytes | None]
    evidence_blob_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    sameness: Mapped[bytes]
    reference: Mapped[str]
    import_id: Mapped[UUID | None]
    interview_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    supersedes_id: Mapped[UUID | None]
    superseded_by_id: Mapped[UUID | None]
    superseded_at: Mapped[datetime | None]


class ImportRow(TenantRow, Base):
    """A file that was read; its facts name it for ever, undone or not."""

    __tablename__ = "fact_import"

    kind: Mapped[str]
    file_name: Mapped[str]
    operation_id: Mapped[UUID]
    created: Mapped[int] = mapped_column(Integer, default=0)
    corrected: Mapped[int] = mapped_column(Integer, default=0)
    unchanged: Mapped[int] = mapped_column(Integer, default=0)
    in_error: Mapped[int] = mapped_column(Integer, default=0)
    imported_by: Mapped[str]
    imported_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]


class ShortfallRow(TenantRow, Base):
    """A KPI found short, one per person, metric and period; `sum` is how it was found, numbers as text."""

    __tablename__ = "shortfall"

    person_id: Mapped[UUID]
    metric_code: Mapped[str]
    period_from: Mapped[date] = mapped_column(Date)
    period_until: Mapped[date] = mapped_column(Date)
    kpi_result_id: Mapped[UUID]
    playbook_id: Mapped[UUID]
    state: Mapped[str]
    shortfall_type: Mapped[str]
    met_tests: Mapped[list[str]] = mapped_column(ARRAY(Text))
    confidence: Mapped[str]
    size_percent: Mapped[Decimal] = mapped_column(VALUE)
    sum: Mapped[dict[str, Any]]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    dismissal_reason: Mapped[bytes | None]
    found_at: Mapped[datetime]
