"""How a ledger row and a case are judged (domain.md, "What is measured")."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from common.steps import StepState

# They count for the manager on their due date; all others for the manager when the interview opened.
FOLLOW_UP = ("checked_in", "reviewed", "taken_over")
CANCELLED = "cancelled"


class Verdict(StrEnum):
    """How a ledger row is judged at a moment."""

    OPEN = "open"
    OVERDUE = "overdue"
    MET = "met"
    LATE = "late"
    MISSED = "missed"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"


class Judged(Protocol):
    """What of a ledger row its verdict depends on."""

    state: str
    late: bool
    due_at: datetime | None
    required: bool
    after_first_review: bool


@dataclass(frozen=True)
class Standing:
    """How a case stands: `countable` once `last_due_at` has passed, and whether it is compliant then."""

    last_due_at: datetime | None
    countable: bool
    compliant: bool


def verdict_of(row: Judged, now: datetime) -> Verdict:
    """Return how the row is judged at the moment; done at the due moment itself is met."""
    if row.state == StepState.OPEN:
        return Verdict.OVERDUE if row.due_at is not None and row.due_at < now else Verdict.OPEN
    if row.state == StepState.DONE:
        return Verdict.LATE if row.late else Verdict.MET
    return Verdict(row.state)


def standing_of(rows: Collection[Judged], interview_state: str) -> Standing:
    """Return how a case stands over its required rows up to the first review.

    It is compliant when each is met or waived. A cancelled case counts only if a step was missed before: nobody
    escapes the count by cancelling, and no cancelled case adds to compliance.
    """
    counted = [row for row in rows if row.required and not row.after_first_review and row.state != StepState.WITHDRAWN]
    dues = [row.due_at for row in counted if row.due_at is not None]
    missed = any(row.state == StepState.MISSED for row in counted)
    return Standing(
        last_due_at=max(dues, default=None),
        countable=bool(dues) and (missed or interview_state != CANCELLED),
        compliant=all(is_kept(row) for row in counted),
    )


def is_kept(row: Judged) -> bool:
    """Tell whether the row is met or waived."""
    return row.state == StepState.WAIVED or (row.state == StepState.DONE and not row.late)
