"""Read copies of scheduling, as plain statements: the calendar by code, the booking that stands."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from interview_record.storage.record_tables import BookingRow

STANDING = ("proposed", "confirmed")


async def standing_booking(session: AsyncSession, tenant_id: UUID, interview_id: UUID) -> BookingRow | None:
    """Return the interview's booking that holds time now; the newest, where a move is still arriving."""
    found: BookingRow | None = await session.scalar(
        select(BookingRow)
        .where(
            BookingRow.tenant_id == tenant_id,
            BookingRow.interview_id == interview_id,
            BookingRow.state.in_(STANDING),
        )
        .order_by(BookingRow.id.desc())
        .limit(1)
    )
    return found
