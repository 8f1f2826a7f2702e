"""Metrics and KPI results; values are decimals as text."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field
from tandem.interview_record.v1 import facts_pb2, kpi_pb2

from gateway.names import Names, PersonRef
from gateway.schemas.data_sheets import Direction
from gateway.schemas.fields import day, moment, optional_id, optional_text, word
from gateway.schemas.imports import ImportInput
from gateway.schemas.model import Input, PageQuery, Versioned
from gateway.schemas.tenant import TwoLanguages

Number = Annotated[str, Field(pattern=r"^-?\d{1,15}(\.\d{1,6})?$", examples=["17.85"])]
Code = Annotated[str, Field(min_length=1, max_length=64)]


def person_id_of(subject: str) -> str:
    """Return the person behind a subject; empty for a machine or a service."""
    kind, _, id = subject.partition(":")
    return id if kind == "person" else ""


class MetricOut(Versioned):
    """What is measured."""

    id: UUID
    code: str
    name: TwoLanguages
    measure_unit: str | None
    direction: Direction
    job_families: Annotated[list[str], Field(description="The families that it counts most for.")]

    @classmethod
    def of(cls, metric: kpi_pb2.Metric) -> "MetricOut":
        """Return the metric."""
        return cls(
            id=UUID(metric.id),
            code=metric.code,
            name=TwoLanguages(zh_cn=metric.name.zh_cn, en=metric.name.en),
            measure_unit=optional_text(metric.measure_unit),
            direction=word(Direction, facts_pb2.Direction, metric.direction),
            job_families=list(metric.job_families),
            version=metric.version,
        )


class MetricInput(Input):
    """A metric to create or change."""

    name: TwoLanguages
    measure_unit: Annotated[str, Field(max_length=32)] = ""
    direction: Annotated[Direction, Field(description="Fixed, like the unit, once it has results.")]
    job_families: Annotated[list[Code], Field(default_factory=list, max_length=50)]


class KpiResultOut(Versioned):
    """What a person reached in a metric and period."""

    id: UUID
    person: PersonRef
    metric_code: str
    period_from: date | None
    period_until: date | None
    target: str | None
    actual: str
    weight: str
    import_id: Annotated[UUID | None, Field(description="The import it came by; null: typed in.")]
    recorded_by: Annotated[PersonRef | None, Field(description="Null: a machine.")]
    recorded_at: datetime | None
    supersedes_id: UUID | None
    superseded_by_id: UUID | None
    superseded: bool

    @classmethod
    def of(cls, result: kpi_pb2.KpiResult, names: Names) -> "KpiResultOut":
        """Return the result."""
        return cls(
            id=UUID(result.id),
            person=names.ref(result.person_id),
            metric_code=result.metric_code,
            period_from=day(result.period_from),
            period_until=day(result.period_until),
            target=optional_text(result.target),
            actual=result.actual,
            weight=result.weight,
            import_id=optional_id(result.import_id),
            recorded_by=names.optional_ref(person_id_of(result.recorded_by)),
            recorded_at=moment(result.recorded_at),
            supersedes_id=optional_id(result.supersedes_id),
            superseded_by_id=optional_id(result.superseded_by_id),
            superseded=result.superseded,
            version=result.version,
        )


class KpiResultsQuery(PageQuery):
    """Filters of the list of KPI results; all must hold."""

    person_id: UUID | None = None
    under_unit_id: Annotated[UUID | None, Field(description="A unit and all under it.")] = None
    metric_code: Annotated[str, Field(max_length=64)] = ""
    from_on: Annotated[date | None, Field(description="Periods that end on this day or later.")] = None
    until_on: date | None = None
    import_id: UUID | None = None
    include_superseded: bool = False


class NewKpiResult(Input):
    """A KPI result to type in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "person_id": "01935d3a-7c1e-7b52-9d58-0c8f4a1b2c3d",
                    "metric_code": "lead_conversion",
                    "period_from": "2026-10-01",
                    "period_until": "2026-10-31",
                    "target": "19",
                    "actual": "17.85",
                }
            ]
        }
    )

    person_id: UUID
    metric_code: Code
    period_from: date
    period_until: Annotated[date, Field(description="Included.")]
    target: Number | None = None
    actual: Number
    weight: Annotated[Number | None, Field(description="Null: 1.")] = None


class KpiCorrection(Input):
    """What the result should have been; it replaces the old one, which stays."""

    target: Number | None = None
    actual: Number
    weight: Number | None = None


class KpiLayout(StrEnum):
    """How a KPI file is laid out: a row per value, or a column per metric."""

    LONG = "long"
    WIDE = "wide"


class KpiImportInput(ImportInput):
    """A file of KPI results."""

    layout: KpiLayout
    period_from: Annotated[date | None, Field(description="Where the file has no period columns.")] = None
    period_until: date | None = None
