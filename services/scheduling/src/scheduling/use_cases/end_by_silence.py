"""Nobody answered a proposed booking in time."""

from uuid import UUID

from common.transaction import Transaction

from scheduling import events, ledger
from scheduling.casefile import open_case
from scheduling.domain.booking import BookingState, Unanswered
from scheduling.holding import confirm_booking, end_booking
from scheduling.storage.tables import BookingRow


async def end_by_silence(tx: Transaction, booking_id: UUID) -> None:
    """Confirm the booking or let it expire, as the playbook says; one that was answered meanwhile stays."""
    found = await tx.get(BookingRow, booking_id, lock=False, resource="booking")
    case = await open_case(tx, found.interview_id, lock=True)
    booking = await tx.get(BookingRow, booking_id, resource="booking")
    if booking.state != BookingState.PROPOSED:
        return
    if case.interview.unanswered == Unanswered.CONFIRM:
        await confirm_booking(tx, booking, by=None)
        return
    await end_booking(tx, booking, "expire")
    tx.audit("booking.expired", "booking", booking_id, interview_id=booking.interview_id)
    tx.publish(booking_id, events.booking_expired(booking))
    await ledger.reopen_step(tx, case)
