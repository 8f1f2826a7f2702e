"""Accepting a proposed slot."""

from uuid import UUID

from common.call import Call
from common.database import Database

from scheduling.holding import confirm_booking, lock_booking


async def accept_booking(database: Database, call: Call, booking_id: UUID, expected_version: int) -> UUID:
    """Confirm the booking; by the one who did not propose it."""
    async with database.transaction(call) as tx:
        _, booking = await lock_booking(tx, booking_id, "booking.answer", expected_version)
        await confirm_booking(tx, booking, by=tx.identity.person_id)
        return tx.done(booking_id)
