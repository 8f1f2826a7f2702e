"""One row of the ledger: how it may end, and which occurrence an act answers."""

from datetime import datetime

from common.errors import AppError, Kind
from common.steps import StepState

FINAL = "final"


class StepClosed(AppError):
    """The row has ended, or its due date has passed."""

    kind = Kind.PRECONDITION
    reason = "STEP_CLOSED"
    en = "The step {step} is {state}; it can no longer be waived."
    zh = "步骤 {step} 当前为 {state}，不能再豁免。"


def require_waivable(step: str, state: str, due_at: datetime | None, now: datetime) -> None:
    """Raise StepClosed unless the row is open and not past due."""
    if state != StepState.OPEN:
        raise StepClosed(step=step, state=state)
    if due_at is not None and now > due_at:
        raise StepClosed(step=step, state="past_due")


def is_late(at: datetime, due_at: datetime | None) -> bool:
    """Tell whether an act came after its due date; one without a due date is never late."""
    return due_at is not None and at > due_at


def ending(due_at: datetime | None, now: datetime) -> StepState:
    """Return how an open row ends with its case: missed if it was due by now, else void."""
    return StepState.MISSED if due_at is not None and due_at < now else StepState.WITHDRAWN
