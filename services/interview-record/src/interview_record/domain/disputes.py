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


class AlreadyDisputed(AppError):
    """One open dispute per fact."""

    kind = Kind.CONFLICT
    reason = "ALREADY_DISPUTED"
    en = "This fact is already disputed: {dispute_id}."
    zh = "该事实已有未决异议：{dispute_id}。"

    def __init__(self, *, dispute_id: object) -> None:
        super().__init__(dispute_id=dispute_id)


class NotBriefed(AppError):
    """Only what was shared can be disputed."""

    kind = Kind.PRECONDITION
    reason = "NOT_BRIEFED"
    en = "The briefing of this interview has not been shared yet."
    zh = "该面谈的材料尚未共享。"


def check_open(state: str) -> None:
    """Raise IllegalTransition for a dispute that is decided."""
    if state != DisputeState.OPEN:
        raise IllegalTransition(resource="dispute", state=state, action="decide")
