"""Cancelling a case, by people and by the platform."""

from interview_record import ledger
from interview_record.casefile import Casefile
from interview_record.domain.interview import CancelReason, State


async def cancel(file: Casefile, reason: CancelReason, *, text: str = "", by: str = "") -> None:
    """End an unfinished case without a plan; raise IllegalTransition for one that is concluded.

    `by` is the subject who did it, empty where the platform cancels.
    """
    file.check("cancel")
    tx, row = file.tx, file.row
    row.state, row.cancelled_at, row.cancel_reason = State.CANCELLED, tx.now, reason
    if text:
        row.cancel_text = await tx.seal("interview", "cancel_text", row.id, row.employee_id, text)
    await ledger.end_with_cancelled_case(file)
    file.record("cancelled", file.events.cancelled(by), reason=reason)


async def close_if_over(file: Casefile) -> None:
    """Close an archived case whose plan has ended; anything else waits for what is missing."""
    row = file.row
    if row.state != State.ARCHIVED or row.plan_ended_at is None:
        return
    row.state, row.closed_at = State.CLOSED, file.tx.now
    await ledger.end_with_closed_case(file)
    file.record("closed", file.events.closed())
