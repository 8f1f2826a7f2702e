"""One row of the ledger: how it may end, and what that does to it."""

from datetime import datetime

from common.errors import AppError, Kind
from common.steps import StepState


class StepClosed(AppError):
    """The row has ended, or its due date has passed: done, missed, waived, withdrawn or past_due."""

    kind = Kind.PRECONDITION
    reason = "STEP_CLOSED"
    en = "The step {step} is {state}; it can no longer change."
    zh = "步骤 {step} 当前为 {state}，无法再更改。"

    def __init__(self, *, step: str, state: str) -> None:
        super().__init__(step=step, state=state)


def check_open(step: str, state: str) -> None:
    """Raise StepClosed for a row that has ended."""
    if state != StepState.OPEN:
        raise StepClosed(step=step, state=state)


def check_waivable(step: str, state: str, due_at: datetime | None, now: datetime) -> None:
    """Raise unless the row is open and not yet due."""
    check_open(step, state)
    if due_at is not None and now > due_at:
        raise StepClosed(step=step, state="past_due")


def ending(due_at: datetime | None, now: datetime) -> StepState:
    """Return how an open row ends with its cancelled case: missed if it was due by now, else void."""
    return StepState.MISSED if due_at is not None and due_at < now else StepState.WITHDRAWN
