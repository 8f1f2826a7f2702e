"""What a booking does to its case: the start moves the preparation's open rows."""

from typing import Any
from uuid import UUID

from common.events import Event
from common.inbox import is_newer
from common.timestamps import from_timestamp
from common.transaction import Transaction
from tandem.scheduling.v1 import facts_pb2 as pb

from interview_record import ledger
from interview_record.casefile import open_case
from interview_record.domain.interview import State
from interview_record.storage.record_tables import BookingRow
from interview_record.storage.scheduling_copy import standing_booking


async def apply_booking(tx: Transaction, event: Event[Any], booking: pb.BookingFacts) -> None:
    """Note the booking if the event is newer than what was seen, and follow its start while the case is open."""
    booking_id, interview_id = UUID(booking.booking_id), UUID(booking.interview_id)
    row = await tx.session.get(BookingRow, (tx.tenant_id, booking_id), with_for_update=True)
    if row is None:
        row = BookingRow(tenant_id=tx.tenant_id, id=booking_id, epoch=0, sequence=0)
        tx.add(row)
    if not is_newer(row, event):
        return
    row.interview_id = interview_id
    row.state = pb.BookingState.Name(booking.state).removeprefix("BOOKING_STATE_").lower()
    row.starts_at = from_timestamp(booking.starts_at)
    row.duration_minutes = booking.duration_minutes
    await tx.session.flush()
    await _follow(tx, interview_id)


async def _follow(tx: Transaction, interview_id: UUID) -> None:
    file = await open_case(tx, interview_id)
    if file.row.state != State.OPEN:
        return
    standing = await standing_booking(tx.session, tx.tenant_id, interview_id)
    booking_id, starts_at = (standing.id, standing.starts_at) if standing else (None, None)
    if (file.row.booking_id, file.row.starts_at) == (booking_id, starts_at):
        return
    file.row.booking_id, file.row.starts_at = booking_id, starts_at
    tx.hint("interview", interview_id)
    await ledger.recompute_preparation(file, starts_at)
