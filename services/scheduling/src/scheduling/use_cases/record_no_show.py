"""Recording that somebody did not come."""

from collections.abc import Sequence
from uuid import UUID

from common.call import Call
from common.database import Database

from scheduling import events
from scheduling.domain.booking import NotStartedYet, next_state
from scheduling.holding import end_booking, lock_booking


async def record_no_show(
    database: Database, call: Call, booking_id: UUID, absent: Sequence[str], expected_version: int
) -> UUID:
    """Mark a confirmed booking missed, after its start; the step of booking stays done, a new one may be made."""
    async with database.transaction(call) as tx:
        _, booking = await lock_booking(tx, booking_id, "booking.record_no_show", expected_version)
        next_state(booking.state, "record_no_show")
        if tx.now < booking.starts_at:
            raise NotStartedYet
        await end_booking(tx, booking, "record_no_show")
        booking.absent = sorted(absent)
        tx.audit(
            "booking.missed", "booking", booking_id, interview_id=booking.interview_id, absent=",".join(booking.absent)
        )
        tx.publish(booking_id, events.booking_missed(booking, tx.identity.person_id))
        return tx.done(booking_id)
