"""A dispute of a fact: opened by the employee, upheld or rejected by the HRBP."""

from enum import StrEnum

from common.errors import AppError, IllegalTransition, Kind


class DisputeState(StrEnum):
    """Where a dispute stands."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


class FactKind(StrEnum):
    """What may be disputed on a data sheet."""

    KPI_RESULT = "kpi_result"
    INCIDENT = "incident"
    HIGHLIGHT = "highlight"
    SHORTFALL = "shortfall"


class FactNotOnSheet(AppError):
    """Only what the data sheet of the case says can be disputed or cited."""

    kind = Kind.PRECONDITION
    reason = "FACT_NOT_ON_SHEET"
    en = "The data sheet of this interview has no such fact: {fact_id}."
    zh = "该面谈的绩效数据表中没有此事实：{fact_id}。"

    def __init__(self, *, fact_id: object) -> None:
        super().__init__(fact_id=fact_id)


class FactAlreadyDisputed(AppError):
    """One open dispute per fact."""

    kind = Kind.CONFLICT
    reason = "FACT_ALREADY_DISPUTED"
    en = "This fact is already disputed: {dispute_id}."
    zh = "该事实已有未决异议：{dispute_id}。"

    def __init__(self, *, dispute_id: object) -> None:
        super().__init__(dispute_id=dispute_id)


def check_open(state: str) -> None:
    """Raise IllegalTransition for a dispute that is decided."""
    if state != DisputeState.OPEN:
        raise IllegalTransition(resource="dispute", state=state, action="decide")
