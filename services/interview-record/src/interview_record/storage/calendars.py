"""Work calendars from the read copy: expanded once per published version."""

import base64
from typing import Any
from uuid import UUID

from common.errors import NotYetVisible
from common.workdays import WorkCalendar, WorkingHours
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from interview_record.domain.dues import WorkTime
from interview_record.storage.record_tables import CalendarRow

_KEPT = 256


async def work_time(session: AsyncSession, tenant_id: UUID, calendar_code: str, zone: str) -> WorkTime:
    """Return the person's work time; raise NotYetVisible while the calendar has not arrived."""
    row = await session.scalar(
        select(CalendarRow).where(CalendarRow.tenant_id == tenant_id, CalendarRow.code == calendar_code)
    )
    if row is None:
        raise NotYetVisible(resource="calendar", id=calendar_code)
    key = (tenant_id, row.id, row.epoch, row.sequence)
    if (calendar := _expanded.get(key)) is None:
        if len(_expanded) >= _KEPT:
            _expanded.clear()
        calendar = _expanded[key] = expand(row.facts)
    return WorkTime(calendar, zone)


_expanded: dict[tuple[UUID, UUID, int, int], WorkCalendar] = {}


def expand(facts: dict[str, Any]) -> WorkCalendar:
    """Return the working days that the event's facts, in their JSON form, describe."""
    years = {each["year"]: base64.b64decode(each["working_days"]) for each in facts["years"]}
    provisional = [each["year"] for each in facts["years"] if each["provisional"]]
    hours = facts["hours"]
    return WorkCalendar.of_years(
        years,
        WorkingHours.of_minutes(
            hours["opens_at_minute"],
            hours["closes_at_minute"],
            hours["break_from_minute"],
            hours["break_until_minute"],
        ),
        provisional,
    )
