"""What holds people's time: busy times, bookings and peaks."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from scheduling.domain.booking import LIVE, AlreadyBooked, SlotAlreadyTaken, Span
from scheduling.storage.people import Source
from scheduling.storage.tables import BookingRow, BusyTimeRow, OccupationRow, PeakRow

_EXCLUSION_VIOLATION = "23P01"
_UNIQUE_VIOLATION = "23505"


async def busy_spans(source: Source, person_id: UUID, within: Span) -> list[Span]:
    """Return the person's commitments that touch the span."""
    rows = await source.session.scalars(
        select(BusyTimeRow).where(
            BusyTimeRow.tenant_id == source.tenant_id,
            BusyTimeRow.person_id == person_id,
            BusyTimeRow.starts_at < within.ends_at,
            BusyTimeRow.ends_at > within.starts_at,
        )
    )
    return [Span(row.starts_at, row.ends_at) for row in rows]


async def booked_spans(source: Source, person_id: UUID, within: Span, but: UUID | None) -> list[Span]:
    """Return the person's time held by bookings that touch the span; `but` is left out."""
    during: Range[datetime] = Range(within.starts_at, within.ends_at)
    statement = select(OccupationRow.during).where(
        OccupationRow.tenant_id == source.tenant_id,
        OccupationRow.person_id == person_id,
        OccupationRow.during.op("&&")(during),
    )
    if but is not None:
        statement = statement.where(OccupationRow.booking_id != but)
    found = await source.session.scalars(statement)
    return [Span(each.lower, each.upper) for each in found if each.lower and each.upper]


async def peak_days(source: Source, unit_path: Sequence[UUID], first: date, last: date) -> list[tuple[date, date]]:
    """Return the peaks of the units that touch the days."""
    rows = await source.session.execute(
        select(PeakRow.from_on, PeakRow.until_on).where(
            PeakRow.tenant_id == source.tenant_id,
            PeakRow.unit_id.in_(list(unit_path)),
            PeakRow.from_on <= last,
            PeakRow.until_on >= first,
        )
    )
    return [(row.from_on, row.until_on) for row in rows]


async def live_booking(source: Source, interview_id: UUID, *, lock: bool = False) -> BookingRow | None:
    """Return the interview's proposed or confirmed booking, or None."""
    statement = select(BookingRow).where(
        BookingRow.tenant_id == source.tenant_id, BookingRow.interview_id == interview_id, BookingRow.state.in_(LIVE)
    )
    found: BookingRow | None = await source.session.scalar(statement.with_for_update() if lock else statement)
    return found


async def queue_for(source: Source, *person_ids: UUID) -> None:
    """Wait until no other command books these people; held to the commit, so that two never collide half-way."""
    for person_id in sorted(person_ids):
        await source.session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"),
            {"key": f"occupation {source.tenant_id} {person_id}"},
        )


async def occupy(source: Source, booking: BookingRow) -> None:
    """Hold both people's time for the booking, which is inserted with it.

    Raises SlotAlreadyTaken or AlreadyBooked: the constraints decide, whatever was read before.
    """
    span = Span.of_minutes(booking.starts_at, booking.duration_minutes)
    source.session.add(booking)
    for person_id in (booking.employee_id, booking.manager_id):
        source.session.add(
            OccupationRow(
                tenant_id=source.tenant_id,
                booking_id=booking.id,
                person_id=person_id,
                during=Range(span.starts_at, span.ends_at),
            )
        )
    try:
        await source.session.flush()
    except IntegrityError as refused:
        code = getattr(refused.orig, "sqlstate", None)
        if code == _EXCLUSION_VIOLATION:
            raise SlotAlreadyTaken from refused
        if code == _UNIQUE_VIOLATION:
            raise AlreadyBooked from refused
        raise


async def release(source: Source, booking_id: UUID) -> None:
    """Give both people's time back."""
    await source.session.execute(
        delete(OccupationRow).where(OccupationRow.tenant_id == source.tenant_id, OccupationRow.booking_id == booking_id)
    )


async def live_bookings_of(source: Source, person_id: UUID, since: datetime) -> list[BookingRow]:
    """Return the live bookings of a person, as employee or manager, that start at the moment or later."""
    found = await source.session.scalars(
        select(BookingRow)
        .where(
            BookingRow.tenant_id == source.tenant_id,
            (BookingRow.employee_id == person_id) | (BookingRow.manager_id == person_id),
            BookingRow.state.in_(LIVE),
            BookingRow.starts_at >= since,
        )
        .order_by(BookingRow.interview_id)
    )
    return list(found)
