"""A conversation is near."""

from common.database import Database
from common.due import Due

from notification.domain.notice import Guard, Values
from notification.parties import Parties
from notification.storage.copy_tables import BookingRow

_LIVE = frozenset({"proposed", "confirmed"})


async def remind_session(database: Database, due: Due) -> None:
    """Remind both, if it is still to be."""
    async with database.deadline(due) as tx:
        booking = await tx.session.get(BookingRow, (due.tenant_id, due.object_id))
        if booking is None or booking.state not in _LIVE or booking.starts_at <= tx.now:
            return
        parties = Parties(tx, booking, "booking", booking.id, booking.interview_id)
        values = Values.of(
            people={"counterpart_name": booking.manager_id, "employee_name": booking.employee_id},
            moments={"starts_at": booking.starts_at},
            texts={"minutes": booking.duration_minutes},
        )
        # The time alone counts: a confirmation in the meantime changes nothing.
        guard = Guard(booking_id=str(booking.id), expires_at=booking.starts_at.isoformat())
        slot, deadline = booking.starts_at.isoformat(), booking.starts_at
        await parties.tell_employee("session_reminder_employee", slot, values, guard=guard, deadline=deadline)
        await parties.tell_manager("session_reminder_manager", slot, values, guard=guard, deadline=deadline)
