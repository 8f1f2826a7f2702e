"""KPI results and dated facts as they come in, typed or from a file."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from common.errors import AppError, Kind

from interview_record.domain.periods import Period

# Six decimals and fifteen digits before them are kept.
PLACES = Decimal("0.000001")
LARGEST = Decimal(10) ** 15


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "higher_is_better"
    LOWER = "lower_is_better"


class FactKind(StrEnum):
    """Dated facts: bad and good."""

    INCIDENT = "incident"
    HIGHLIGHT = "highlight"


@dataclass(frozen=True)
class KpiLine:
    """What one person reached in one metric and period; values are rounded to six decimals."""

    person_id: UUID
    metric_code: str
    period: Period
    target: Decimal | None
    actual: Decimal
    weight: Decimal

    @property
    def key(self) -> tuple[UUID, str, Period]:
        """Return what two current results never share."""
        return self.person_id, self.metric_code, self.period


@dataclass(frozen=True)
class FactLine:
    """An incident or a highlight; by its reference, or else its kind, day and text, it is known again."""

    person_id: UUID
    kind: FactKind
    happened_on: date
    text: str
    evidence: str = ""
    reference: str = ""
    evidence_blob_ids: tuple[UUID, ...] = ()

    @property
    def sameness(self) -> str:
        """Return the text whose keyed hash tells a repeated fact from a new one."""
        if self.reference:
            return f"{self.kind}|by reference|{self.reference}"
        return f"{self.kind}|{self.happened_on.isoformat()}|{' '.join(self.text.split())}"


class ResultExists(AppError):
    """The person has a result for that metric and period."""

    kind = Kind.CONFLICT
    reason = "RESULT_EXISTS"
    en = "There is a result for this metric and period already: {kpi_result_id}. Correct that one."
    zh = "该指标在此周期已有结果：{kpi_result_id}，请更正该结果。"

    def __init__(self, *, kpi_result_id: UUID) -> None:
        super().__init__(kpi_result_id=kpi_result_id)


class Superseded(AppError):
    """Only what is current can be corrected."""

    kind = Kind.PRECONDITION
    reason = "SUPERSEDED"
    en = "This {resource} was superseded; correct the one that replaced it."
    zh = "该 {resource} 已被取代，请更正取代它的记录。"

    def __init__(self, *, resource: str) -> None:
        super().__init__(resource=resource)


class MetricInUse(AppError):
    """Turning a metric around would turn every result's meaning around."""

    kind = Kind.PRECONDITION
    reason = "METRIC_IN_USE"
    en = "The metric {code} has results; its direction and unit can no longer change."
    zh = "指标 {code} 已有结果，不能再更改方向和单位。"

    def __init__(self, *, code: str) -> None:
        super().__init__(code=code)


class AlreadyUndone(AppError):
    """An import is undone once."""

    kind = Kind.PRECONDITION
    reason = "ALREADY_UNDONE"
    en = "This import has already been undone."
    zh = "该导入已撤销。"


class ImportRunning(AppError):
    """An import that still runs is cancelled, not undone."""

    kind = Kind.PRECONDITION
    reason = "IMPORT_RUNNING"
    en = "This import still runs; cancel operation {operation_id} first."
    zh = "该导入仍在进行，请先取消操作 {operation_id}。"

    def __init__(self, *, operation_id: UUID) -> None:
        super().__init__(operation_id=operation_id)
