"""A booking was proposed, answered, moved, missed or held: the case follows its start."""

from typing import TYPE_CHECKING, Any

from common.events import Event
from tandem.scheduling.v1 import events_pb2 as pb

from interview_record.bookings import apply_booking

if TYPE_CHECKING:
    from common.database import Database

BOOKING_EVENTS = (
    pb.BookingProposed,
    pb.BookingConfirmed,
    pb.BookingDeclined,
    pb.BookingExpired,
    pb.BookingMoved,
    pb.BookingCancelled,
    pb.BookingMissed,
    pb.BookingCompleted,
    pb.BookingSnapshot,
)


async def on_booking_changed(database: "Database", event: Event[Any]) -> None:
    """Apply the booking as the event states it; a move's replacement speaks for itself."""
    async with database.reaction(event) as tx:
        await apply_booking(tx, event, event.message.booking)
