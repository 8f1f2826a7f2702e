"""What an interview's state asks of its booking and of the step of booking."""

from uuid import UUID

from common.transaction import Transaction

from scheduling import events, ledger
from scheduling.casefile import Casefile, open_case
from scheduling.domain.booking import CancelReason
from scheduling.holding import cancel_by_platform, end_booking, refresh_answer_due
from scheduling.storage.calendars import work_calendar
from scheduling.storage.commitments import live_booking
from scheduling.storage.copy_tables import InterviewRow
from scheduling.storage.tables import BookingRow


async def follow_interview(tx: Transaction, interview_id: UUID) -> None:
    """Bring booking and step to what the interview's read copy says; running twice changes nothing.

    It looks at the state alone and not at the event that told it: events may arrive in another order.
    """
    case = await open_case(tx, interview_id, lock=True)
    interview, booking = case.interview, await live_booking(tx, interview_id, lock=True)
    if interview.state == "cancelled":
        if booking is not None:
            await cancel_by_platform(tx, case, booking, _cancel_reason(interview))
        await ledger.end_with_cancelled_case(tx, interview_id)
    elif interview.session_ended_at is not None:
        if booking is not None:
            await _complete(tx, booking)
        await ledger.miss_step(tx, interview_id)
    else:
        await _follow_open(tx, case, booking)


async def refresh_dues(tx: Transaction, interview_id: UUID) -> None:
    """Compute what is still open of the interview again, after a calendar or a zone changed."""
    case = await open_case(tx, interview_id, lock=True)
    await ledger.refresh_step(tx, case)
    if await work_calendar(tx, case.employee.calendar_code) is not None:
        await refresh_answer_due(tx, case)


async def _follow_open(tx: Transaction, case: Casefile, booking: BookingRow | None) -> None:
    if await ledger.step_of(tx, case.interview.id) is None:
        await ledger.open_step(tx, case)
    if booking is not None and _belongs_to_past_manager(case.interview, booking):
        await cancel_by_platform(tx, case, booking, CancelReason.MANAGER_CHANGED)
    await ledger.refresh_step(tx, case)


def _belongs_to_past_manager(interview: InterviewRow, booking: BookingRow) -> bool:
    if booking.manager_id == interview.manager_id:
        return False
    return interview.manager_since is None or booking.starts_at >= interview.manager_since


async def _complete(tx: Transaction, booking: BookingRow) -> None:
    await end_booking(tx, booking, "complete")
    tx.audit("booking.completed", "booking", booking.id, interview_id=booking.interview_id)
    tx.publish(booking.id, events.booking_completed(booking))


def _cancel_reason(interview: InterviewRow) -> CancelReason:
    if interview.cancel_reason == "person_left":
        return CancelReason.PERSON_LEFT
    return CancelReason.INTERVIEW_CANCELLED
