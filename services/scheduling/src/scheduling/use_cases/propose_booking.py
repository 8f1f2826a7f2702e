"""Proposing a slot."""

from uuid import UUID

from common.call import Call
from common.database import Database

from scheduling import events
from scheduling.casefile import open_case
from scheduling.domain.booking import AlreadyBooked
from scheduling.holding import Excuse, Wish, check_slot, enter_ledger, hold
from scheduling.policy import POLICY
from scheduling.storage.commitments import live_booking


async def propose_booking(database: Database, call: Call, interview_id: UUID, wish: Wish, override_reason: str) -> UUID:
    """Hold both people's time and return the booking's id."""
    async with database.transaction(call) as tx:
        case = await open_case(tx, interview_id, lock=True)
        may = await case.policy_case()
        POLICY.require(tx.identity, "booking.propose", may, id=interview_id)
        excuse = Excuse(override_reason)
        excuse.require_entitled(tx, may, interview_id)
        case.require_bookable()
        wish = Wish(wish.starts_at, case.minutes(wish.minutes), wish.place)
        short = await check_slot(tx, case, wish, excuse)
        if await live_booking(tx, interview_id) is not None:
            raise AlreadyBooked
        booking = await hold(tx, case, wish, excuse, short=short)
        await enter_ledger(tx, booking, excuse)
        tx.audit(
            "booking.proposed",
            "booking",
            booking.id,
            interview_id=interview_id,
            starts_at=booking.starts_at,
            notice_overridden=booking.notice_overridden,
        )
        tx.publish(booking.id, events.booking_proposed(booking))
        return tx.done(booking.id)
