"""Moving a booking: a new one replaces it."""

from datetime import datetime
from uuid import UUID

from common.call import Call
from common.database import Database
from common.transaction import Transaction

from scheduling import events
from scheduling.domain.booking import next_state
from scheduling.holding import Excuse, Wish, check_slot, end_booking, enter_ledger, hold, lock_booking
from scheduling.storage.tables import BookingRow


async def move_booking(
    database: Database,
    call: Call,
    booking_id: UUID,
    *,
    starts_at: datetime,
    minutes: int,
    place: str | None,
    excuse: Excuse,
    expected_version: int,
) -> UUID:
    """Replace the booking by another start and return the new one's id; notice begins anew, unless excused."""
    async with database.transaction(call) as tx:
        case, booking = await lock_booking(tx, booking_id, "booking.move", expected_version)
        excuse.require_entitled(tx, await case.policy_case(booking), case.interview.id)
        next_state(booking.state, "move")
        place = await _place(tx, booking) if place is None else place
        wish = Wish(starts_at, case.minutes(minutes or booking.duration_minutes), place)
        short = await check_slot(tx, case, wish, excuse, but=booking_id)
        await end_booking(tx, booking, "move")
        replacement = await hold(tx, case, wish, excuse, short=short, replaces=booking)
        booking.replaced_by_booking_id = replacement.id
        await enter_ledger(tx, replacement, excuse)
        tx.audit(
            "booking.moved",
            "booking",
            booking_id,
            interview_id=case.interview.id,
            replaced_by=replacement.id,
            starts_at=replacement.starts_at,
            employee_consented=replacement.employee_consented,
            notice_overridden=replacement.notice_overridden,
        )
        tx.publish(booking_id, events.booking_moved(booking, replacement, tx.identity.person_id))
        tx.publish(replacement.id, events.booking_proposed(replacement))
        return tx.done(replacement.id)


async def _place(tx: Transaction, booking: BookingRow) -> str:
    if booking.place is None:
        return ""
    return await tx.unseal("booking", "place", booking.id, booking.employee_id, booking.place)
