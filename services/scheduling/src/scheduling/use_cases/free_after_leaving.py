"""Somebody left."""

from datetime import datetime
from uuid import UUID

from common.transaction import Transaction

from scheduling.casefile import open_case
from scheduling.domain.booking import CancelReason
from scheduling.holding import cancel_by_platform
from scheduling.storage.commitments import live_booking, live_bookings_of


async def free_after_leaving(tx: Transaction, person_id: UUID, left_at: datetime) -> None:
    """Cancel what the person was to attend after they left; what becomes of the interview is decided elsewhere."""
    for found in await live_bookings_of(tx, person_id, left_at):
        case = await open_case(tx, found.interview_id, lock=True)
        booking = await live_booking(tx, found.interview_id, lock=True)
        if booking is not None and booking.id == found.id:
            await cancel_by_platform(tx, case, booking, CancelReason.PERSON_LEFT)
