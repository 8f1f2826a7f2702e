"""Cancelling a booking."""

from uuid import UUID

from common.call import Call
from common.database import Database

from scheduling import events, ledger
from scheduling.domain.booking import CancelReason
from scheduling.holding import end_booking, lock_booking


async def cancel_booking(database: Database, call: Call, booking_id: UUID, note: str, expected_version: int) -> UUID:
    """Cancel a proposed or confirmed booking; the step of booking is open again."""
    async with database.transaction(call) as tx:
        case, booking = await lock_booking(tx, booking_id, "booking.cancel", expected_version)
        await end_booking(tx, booking, "cancel")
        booking.cancel_reason = CancelReason.BY_PERSON
        if note:
            booking.note = await tx.seal("booking", "note", booking_id, booking.employee_id, note)
        tx.audit("booking.cancelled", "booking", booking_id, interview_id=booking.interview_id, reason="by_person")
        tx.publish(booking_id, events.booking_cancelled(booking, tx.identity.person_id))
        await ledger.reopen_step(tx, case)
        return tx.done(booking_id)
