"""Declining a proposed slot."""

from uuid import UUID

from common.call import Call
from common.database import Database

from scheduling import events, ledger
from scheduling.holding import end_booking, lock_booking


async def decline_booking(
    database: Database, call: Call, booking_id: UUID, reason: str, note: str, expected_version: int
) -> UUID:
    """Decline the booking with a reason; by the one who did not propose it. The step of booking is open again."""
    async with database.transaction(call) as tx:
        case, booking = await lock_booking(tx, booking_id, "booking.answer", expected_version)
        await end_booking(tx, booking, "decline")
        booking.decline_reason = reason
        if note:
            booking.note = await tx.seal("booking", "note", booking_id, booking.employee_id, note)
        tx.audit("booking.declined", "booking", booking_id, interview_id=booking.interview_id, reason=reason)
        tx.publish(booking_id, events.booking_declined(booking, tx.identity.person_id))
        await ledger.reopen_step(tx, case)
        return tx.done(booking_id)
