"""Which verdicts a stage review may end with."""

from datetime import date, datetime, timedelta

from common.errors import AppError, Kind

from plan_tracking.domain.states import Verdict


class OutcomeRequired(AppError):
    """A plan at its end cannot simply go on."""

    kind = Kind.PRECONDITION
    reason = "OUTCOME_REQUIRED"
    en = "The plan has reached its end on {ends_on}: it ends achieved or not achieved{or_adjust}."
    zh = "计划已于 {ends_on} 到期：须认定为达成或未达成{or_adjust}。"


class ReviewTooEarly(AppError):
    """A stage review looks at a stage; before that, a check-in or a new revision is the place."""

    kind = Kind.PRECONDITION
    reason = "REVIEW_TOO_EARLY"
    en = "The stage review is due {due_at}; it can be held from {from_at} on."
    zh = "阶段复盘应于 {due_at} 前完成，最早可于 {from_at} 进行。"


def require_verdict(verdict: Verdict, *, first: bool, today: date, ends_on: date) -> None:
    """Raise OutcomeRequired if the plan is at its end and the verdict does not say what becomes of it.

    The first review may fall on the end date and still adjust; a plan that ran on must get its outcome.
    """
    if verdict.ends or today < ends_on:
        return
    if first and verdict is Verdict.ADJUST:
        return
    raise OutcomeRequired(ends_on=ends_on, or_adjust=" / adjust" if first else "")


def require_stage(verdict: Verdict, now: datetime, due_at: datetime, check_in_every_days: int) -> None:
    """Raise ReviewTooEarly for a first review that neither ends the plan nor lies within its last check-in period."""
    from_at = due_at - timedelta(days=check_in_every_days)
    if not verdict.ends and now < from_at:
        raise ReviewTooEarly(due_at=due_at.isoformat(), from_at=from_at.isoformat())
