"""The ledger's step of booking: when it is due and how it stands."""

from datetime import date, datetime

from common.errors import AppError, Kind
from common.steps import StepState
from common.workdays import WorkCalendar


class StepClosed(AppError):
    """What is done, missed, void or past due is not waived any more."""

    kind = Kind.PRECONDITION
    reason = "STEP_CLOSED"
    en = "The step is {state}; it is waived before its due date only."
    zh = "该步骤当前为 {state}，只能在到期之前豁免。"

    def __init__(self, *, state: str) -> None:
        super().__init__(state=state)


def booking_due(calendar: WorkCalendar, zone: str, hold_by: date, notice_days: int) -> datetime:
    """Return the end of work of the latest day that still keeps notice before the last working day to hold it."""
    return calendar.end_of_work(calendar.latest_proposal(hold_by, notice_days), zone)


def ending(due_at: datetime | None, now: datetime) -> StepState:
    """Return how an open step ends with a cancelled case: missed if it was due by now, else void."""
    return StepState.MISSED if due_at is not None and due_at <= now else StepState.WITHDRAWN


def require_waivable(state: str, due_at: datetime | None, now: datetime) -> None:
    """Raise StepClosed unless the step is open and not past due."""
    if state != StepState.OPEN:
        raise StepClosed(state=state)
    if due_at is not None and due_at < now:
        raise StepClosed(state="overdue")
