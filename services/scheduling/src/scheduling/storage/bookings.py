"""Reading bookings as the caller may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.database import Reader
from common.errors import NotFound
from common.pagination import Page
from common.sealed import KeyDestroyed
from sqlalchemy import ColumnElement, Select, select

from scheduling.policy import POLICY, BookingColumns, case_of
from scheduling.storage.copy_tables import InterviewRow
from scheduling.storage.people import managers_above
from scheduling.storage.tables import BookingRow

READ = "booking.read"


@dataclass(frozen=True)
class BookingView:
    """A booking with its place, which is empty for who may not see it and once the employee was erased."""

    row: BookingRow
    place: str


@dataclass(frozen=True)
class BookingFilter:
    """What a list of bookings is narrowed to; all must hold."""

    interview_id: UUID | None
    person_id: UUID | None
    states: tuple[str, ...]
    starts_from: datetime | None
    starts_until: datetime | None


async def booking_view(reader: Reader, booking_id: UUID) -> BookingView:
    """Return one booking; raise NotFound for one that the caller may not see."""
    found = (await reader.session.execute(_with_interview(reader.tenant_id).where(BookingRow.id == booking_id))).first()
    if found is None:
        raise NotFound(resource="booking", id=booking_id)
    row, interview = found
    case = case_of(interview, await managers_above(reader, row.employee_id), row)
    POLICY.require(reader.identity, READ, case, id=booking_id)
    return await _view(reader, row, interview)


async def list_bookings(reader: Reader, page: Page, wanted: BookingFilter) -> tuple[list[BookingView], str]:
    """Return one page of the bookings that the caller may see, by start, and the next page's token."""
    statement = _with_interview(reader.tenant_id).where(
        POLICY.predicate(reader.identity, READ, BookingColumns(reader.tenant_id)), *_conditions(wanted)
    )
    found = (await reader.session.execute(page.apply(statement, BookingRow.starts_at, BookingRow.id))).all()
    kept, token = page.close(found, lambda pair: (pair[0].starts_at, pair[0].id))
    await reader.load_keys(row.employee_id for row, _ in kept)
    return [await _view(reader, row, interview) for row, interview in kept], token


async def place_of(reader: Reader, row: BookingRow) -> str:
    """Return where a booking takes place."""
    if row.place is None:
        return ""
    try:
        return await reader.unseal("booking", "place", row.id, row.employee_id, row.place)
    except KeyDestroyed:
        return ""


async def _view(reader: Reader, row: BookingRow, interview: InterviewRow) -> BookingView:
    seen = POLICY.visible_fields(reader.identity, READ, case_of(interview, (), row))
    return BookingView(row, await place_of(reader, row) if "place" in seen else "")


def _with_interview(tenant_id: UUID) -> Select[BookingRow, InterviewRow]:
    return (
        select(BookingRow, InterviewRow)
        .join(
            InterviewRow,
            (InterviewRow.tenant_id == BookingRow.tenant_id) & (InterviewRow.id == BookingRow.interview_id),
        )
        .where(BookingRow.tenant_id == tenant_id)
    )


def _conditions(wanted: BookingFilter) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.interview_id is not None:
        conditions.append(BookingRow.interview_id == wanted.interview_id)
    if wanted.person_id is not None:
        conditions.append((BookingRow.employee_id == wanted.person_id) | (BookingRow.manager_id == wanted.person_id))
    if wanted.states:
        conditions.append(BookingRow.state.in_(wanted.states))
    if wanted.starts_from is not None:
        conditions.append(BookingRow.starts_at >= wanted.starts_from)
    if wanted.starts_until is not None:
        conditions.append(BookingRow.starts_at < wanted.starts_until)
    return conditions
