"""One row of the ledger: how it may end, and what that does to it."""

from datetime import datetime
from enum import StrEnum

from common.errors import AppError, Kind


class StepState(StrEnum):
    """How a row stands; `late` is a property of a done row, `overdue` of an open one."""

    OPEN = "open"
    DONE = "done"
    MISSED = "missed"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"


class WaiverReason(StrEnum):
    """Why a step is not required in one case."""

    ABSENCE = "absence"
    URGENCY = "urgency"
    AGREED_BY_BOTH = "agreed_by_both"
    DATA_UNAVAILABLE = "data_unavailable"
    NOTICE_SHORTENED = "notice_shortened"
    OTHER = "other"


class StepNotOpen(AppError):
    """The row has ended: done, missed, waived or withdrawn."""

    kind = Kind.PRECONDITION
    reason = "STEP_NOT_OPEN"
    en = "The step {step} is {state}; it can no longer change."
    zh = "步骤 {step} 当前为 {state}，无法再更改。"

    def __init__(self, *, step: str, state: str) -> None:
        super().__init__(step=step, state=state)


class WaiverTooLate(AppError):
    """A step is waived before its due date or not at all."""

    kind = Kind.PRECONDITION
    reason = "WAIVER_TOO_LATE"
    en = "The step {step} was due at {due_at}; a waiver is possible only before that."
    zh = "步骤 {step} 的截止时间为 {due_at}，只能在此之前豁免。"

    def __init__(self, *, step: str, due_at: datetime) -> None:
        super().__init__(step=step, due_at=due_at.isoformat())


def check_open(step: str, state: str) -> None:
    """Raise StepNotOpen for a row that has ended."""
    if state != StepState.OPEN:
        raise StepNotOpen(step=step, state=state)


def check_waivable(step: str, state: str, due_at: datetime | None, now: datetime) -> None:
    """Raise unless the row is open and not yet due."""
    check_open(step, state)
    if due_at is not None and now > due_at:
        raise WaiverTooLate(step=step, due_at=due_at)


def ending(due_at: datetime | None, now: datetime) -> StepState:
    """Return how an open row ends with its cancelled case: missed if it was due by now, else void."""
    return StepState.MISSED if due_at is not None and due_at < now else StepState.WITHDRAWN
