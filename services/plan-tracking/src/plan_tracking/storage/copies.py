"""Queries of the read copies: people, interviews, calendars."""

from datetime import time
from typing import Protocol
from uuid import UUID

from common.errors import NotYetVisible
from common.workdays import WorkCalendar, WorkingHours
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from plan_tracking.domain.dues import Workdays
from plan_tracking.storage.copy_tables import CalendarRow, InterviewRow, PersonRow

_KEPT = 256
_expanded: dict[tuple[UUID, UUID, int, int], WorkCalendar] = {}

_SET_LINES = text(
    """
    WITH RECURSIVE below(id, line) AS (
      SELECT p.id, CASE WHEN p.manager_id IS NULL THEN '{}'::uuid[]
                        ELSE array_prepend(p.manager_id, coalesce(m.manager_line, '{}'::uuid[])) END
      FROM person p LEFT JOIN person m ON m.tenant_id = p.tenant_id AND m.id = p.manager_id
      WHERE p.tenant_id = :tenant AND p.id = :person
      UNION ALL
      SELECT c.id, array_prepend(b.id, b.line)
      FROM person c JOIN below b ON c.manager_id = b.id
      WHERE c.tenant_id = :tenant AND NOT c.id = ANY (array_prepend(b.id, b.line))
    )
    UPDATE person SET manager_line = below.line FROM below
    WHERE person.tenant_id = :tenant AND person.id = below.id AND person.manager_line <> below.line
    """
)


class Source(Protocol):
    """A transaction or a reader: a session in one tenant's scope, and the means to open sealed texts."""

    session: AsyncSession
    tenant_id: UUID


async def person_of(source: Source, person_id: UUID) -> PersonRow:
    """Return the person; raise NotYetVisible while they have not arrived."""
    row = await source.session.get(PersonRow, (source.tenant_id, person_id))
    if row is None:
        raise NotYetVisible(resource="person", id=person_id)
    return row


async def interview_of(source: Source, interview_id: UUID) -> InterviewRow:
    """Return the interview; raise NotYetVisible while it has not arrived."""
    row = await source.session.get(InterviewRow, (source.tenant_id, interview_id))
    if row is None:
        raise NotYetVisible(resource="interview", id=interview_id)
    return row


async def workdays_of(source: Source, person: PersonRow) -> Workdays:
    """Return the person's calendar and zone; raise NotYetVisible while the calendar has not arrived."""
    row = await source.session.scalar(
        select(CalendarRow).where(CalendarRow.tenant_id == source.tenant_id, CalendarRow.code == person.calendar_code)
    )
    if row is None:
        raise NotYetVisible(resource="calendar", id=person.calendar_code)
    key = (row.tenant_id, row.id, row.epoch, row.sequence)
    if key not in _expanded:
        if len(_expanded) >= _KEPT:
            _expanded.clear()
        _expanded[key] = _expand(row)
    return Workdays(_expanded[key], person.time_zone)


async def set_manager_lines(source: Source, person_id: UUID) -> None:
    """Recompute the managers above a person and above everyone below them; a loop ends where it closes."""
    await source.session.flush()
    await source.session.execute(_SET_LINES, {"tenant": source.tenant_id, "person": person_id})


def _expand(row: CalendarRow) -> WorkCalendar:
    years = {int(year): bytes.fromhex(bitmap) for year, bitmap in row.years.items()}
    hours = {name: _wall(minute) for name, minute in row.hours.items()}
    return WorkCalendar.of_years(years, WorkingHours(**hours), row.provisional)


def _wall(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)
