"""What both people hear of a booking, and when they are reminded of it."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from common.events import Event
from common.timestamps import from_timestamp
from common.transaction import Transaction
from tandem.scheduling.v1 import events_pb2 as pb
from tandem.scheduling.v1 import facts_pb2 as facts

from notification.case_copies import copy_booking
from notification.domain.notice import Guard, Notice, Values
from notification.invitations import CONFIRMED, REQUEST, TENTATIVE, announce, calendar_entry, take_back
from notification.reminding import forget_session, plan_session_reminder
from notification.telling import tell

if TYPE_CHECKING:
    from common.database import Database


async def on_booking_proposed(database: "Database", event: Event[pb.BookingProposed]) -> None:
    """Invite both; the booking that replaces a moved one is told of by the move."""
    booking = event.message.booking
    async with database.reaction(event) as tx:
        row = await copy_booking(tx, event, booking)
        if row is None:
            return
        if not booking.replaces_booking_id:
            await announce(tx, "booking_invitation", booking, calendar_entry(booking, REQUEST, TENTATIVE))
        await plan_session_reminder(tx, row)


async def on_booking_confirmed(database: "Database", event: Event[pb.BookingConfirmed]) -> None:
    """Tell both that the time is settled."""
    booking = event.message.booking
    async with database.reaction(event) as tx:
        row = await copy_booking(tx, event, booking)
        if row is None:
            return
        await announce(tx, "booking_confirmed", booking, calendar_entry(booking, REQUEST, CONFIRMED))
        await plan_session_reminder(tx, row)


async def on_booking_declined(database: "Database", event: Event[pb.BookingDeclined]) -> None:
    """Tell the manager to propose another time, and take the entry from both calendars."""
    booking = event.message.booking
    async with database.reaction(event) as tx:
        if await _ended(tx, event, booking):
            await take_back(tx, "booking_declined", booking, to=("manager",))
            await take_back(tx, "booking_cancelled", booking, to=("employee",))


async def on_booking_expired(database: "Database", event: Event[pb.BookingExpired]) -> None:
    """Tell the manager that nobody answered, and take the entry from both calendars."""
    booking = event.message.booking
    async with database.reaction(event) as tx:
        if await _ended(tx, event, booking):
            await take_back(tx, "booking_expired", booking, to=("manager",))
            await take_back(tx, "booking_cancelled", booking, to=("employee",))


async def on_booking_cancelled(database: "Database", event: Event[pb.BookingCancelled]) -> None:
    """Take the entry from both calendars; under a new organiser the next invitation is a new entry."""
    booking = event.message.booking
    async with database.reaction(event) as tx:
        if await _ended(tx, event, booking):
            await take_back(tx, "booking_cancelled", booking)


async def on_booking_moved(database: "Database", event: Event[pb.BookingMoved]) -> None:
    """Move the entry in both calendars; where the organiser changed, take the old one back and send a new one."""
    old, new = event.message.booking, event.message.replacement
    async with database.reaction(event) as tx:
        if not await _ended(tx, event, old):
            return
        status = CONFIRMED if new.state == facts.BOOKING_STATE_CONFIRMED else TENTATIVE
        entry = calendar_entry(new, REQUEST, status)
        before = from_timestamp(old.starts_at)
        if old.invitation_id == new.invitation_id:
            await announce(tx, "booking_moved", new, entry, previous_starts_at=before)
            return
        await take_back(tx, "booking_cancelled", old)
        await announce(tx, "booking_moved", new, entry, previous_starts_at=before, to=("employee",))
        await announce(tx, "booking_invitation", new, entry, to=("manager",))


async def on_booking_missed(database: "Database", event: Event[pb.BookingMissed]) -> None:
    """Ask both to find a new time; the past entry stays in their calendars as it was."""
    booking = event.message.booking
    async with database.reaction(event) as tx:
        if not await _ended(tx, event, booking):
            return
        sides = {"employee": booking.employee_id, "manager": booking.manager_id}
        for role, me in sides.items():
            other = next(each for each in sides.values() if each != me)
            values = Values.of(
                people={"counterpart_name": UUID(other)}, moments={"starts_at": from_timestamp(booking.starts_at)}
            )
            await tell(tx, _notice("booking_missed", booking, UUID(me), role, values))


async def on_booking_completed(
    database: "Database", event: Event[pb.BookingCompleted] | Event[pb.BookingSnapshot]
) -> None:
    """Keep what is known of the booking; nobody needs to be told."""
    booking = event.message.booking
    async with database.reaction(event) as tx:
        row = await copy_booking(tx, event, booking)
        if row is not None:
            await plan_session_reminder(tx, row)


def _notice(template: str, booking: facts.BookingFacts, me: UUID, role: str, values: Values) -> Notice:
    return Notice(
        template=template,
        recipient_id=me,
        resource_type="booking",
        resource_id=UUID(booking.booking_id),
        interview_id=UUID(booking.interview_id),
        slot="",
        values=values,
        guard=Guard(role=role),
    )


async def _ended(tx: Transaction, event: Event[Any], booking: facts.BookingFacts) -> bool:
    row = await copy_booking(tx, event, booking)
    if row is not None:
        await forget_session(tx, row.id)
    return row is not None
