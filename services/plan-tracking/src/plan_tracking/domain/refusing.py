"""Refusal, silence, and what they do to the due date of the signing."""

from datetime import datetime

from common.errors import AppError, Kind

from plan_tracking.domain.dues import Workdays
from plan_tracking.domain.states import RefusalKind


class NotYetDue(AppError):
    """Silence is only silence once the date has passed."""

    kind = Kind.PRECONDITION
    reason = "SIGNING_NOT_OVERDUE"
    en = "The plan may be signed until {due_at}; silence can be recorded after that."
    zh = "签署期限为 {due_at}，期限过后方可记录未回应。"


class NotSilent(AppError):
    """The employee has acted."""

    kind = Kind.PRECONDITION
    reason = "EMPLOYEE_HAS_SIGNED"
    en = "The employee has signed this revision."
    zh = "员工已签署此版本。"


class SilenceNotWitnessed(AppError):
    """The HRBP witnesses a recorded silence before deciding on it."""

    kind = Kind.PRECONDITION
    reason = "SILENCE_NOT_WITNESSED"
    en = "Witness the recorded silence before you decide."
    zh = "请先见证该未回应记录，再作出决定。"


def moves_due_date(
    kind: RefusalKind, recorded_at: datetime, due_at: datetime | None, days: Workdays, grace: int
) -> bool:
    """Tell whether the row's due date becomes the HRBP's: a refusal always, a silence if recorded soon enough."""
    if kind is RefusalKind.STATED or due_at is None:
        return True
    return recorded_at <= days.after(due_at, grace)
