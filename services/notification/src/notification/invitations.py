"""Messages about a booking, with the calendar entry that belongs to each."""

from datetime import datetime
from uuid import UUID

from common.timestamps import from_optional_timestamp, from_timestamp
from common.transaction import Transaction
from tandem.scheduling.v1 import facts_pb2 as pb

from notification.domain.notice import CalendarEntry, Guard, Notice, Values
from notification.telling import tell

REQUEST, CANCEL = "REQUEST", "CANCEL"
TENTATIVE, CONFIRMED, CANCELLED = "TENTATIVE", "CONFIRMED", "CANCELLED"


def calendar_entry(booking: pb.BookingFacts, method: str, status: str) -> CalendarEntry:
    """Return the booking's calendar entry: its id lives as long as its organiser, its sequence rises at each change."""
    return CalendarEntry(
        method=method,
        uid=booking.invitation_id,
        sequence=booking.invitation_sequence,
        status=status,
        starts_at=from_timestamp(booking.starts_at).isoformat(),
        minutes=booking.duration_minutes,
        organizer_id=booking.manager_id,
        attendee_id=booking.employee_id,
        booking_id=booking.booking_id,
    )


async def announce(
    tx: Transaction,
    template: str,
    booking: pb.BookingFacts,
    calendar: CalendarEntry,
    *,
    previous_starts_at: datetime | None = None,
    to: tuple[str, ...] = ("employee", "manager"),
) -> None:
    """Send both people, or those named, the entry with the words of the template."""
    for role in to:
        me, other = _sides(booking, role)
        await tell(
            tx,
            Notice(
                template=template,
                recipient_id=me,
                resource_type="booking",
                resource_id=UUID(booking.booking_id),
                interview_id=UUID(booking.interview_id),
                slot=str(booking.invitation_sequence),
                values=_values(booking, other, previous_starts_at),
                guard=Guard(role=role, booking_id=booking.booking_id, booking_sequence=booking.invitation_sequence),
                deadline=from_timestamp(booking.starts_at),
                calendar=calendar,
            ),
        )


async def take_back(
    tx: Transaction,
    template: str,
    booking: pb.BookingFacts,
    *,
    to: tuple[str, ...] = ("employee", "manager"),
) -> None:
    """Tell both people, or those named, that the booking is void, and take its entry from their calendars."""
    entry = calendar_entry(booking, CANCEL, CANCELLED)
    for role in to:
        me, other = _sides(booking, role)
        await tell(
            tx,
            Notice(
                template=template,
                recipient_id=me,
                resource_type="booking",
                resource_id=UUID(booking.booking_id),
                interview_id=UUID(booking.interview_id),
                slot=str(entry.sequence),
                values=_values(booking, other, None),
                calendar=entry,
            ),
        )


def _sides(booking: pb.BookingFacts, role: str) -> tuple[UUID, UUID]:
    employee, manager = UUID(booking.employee_id), UUID(booking.manager_id)
    return (employee, manager) if role == "employee" else (manager, employee)


def _values(booking: pb.BookingFacts, other: UUID, previous_starts_at: datetime | None) -> Values:
    answered = booking.state != pb.BOOKING_STATE_PROPOSED
    return Values.of(
        people={"counterpart_name": other, "employee_name": UUID(booking.employee_id)},
        moments={
            "starts_at": from_timestamp(booking.starts_at),
            "previous_starts_at": previous_starts_at,
            "answer_by": None if answered else from_optional_timestamp(booking.answer_due_at),
        },
        texts={"minutes": booking.duration_minutes},
    )
