"""Work calendars from the read copy: expanded once per published version."""

from datetime import date, time, timedelta
from functools import lru_cache
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
    """Return the working days that the event's facts describe."""
    first, last = date.fromisoformat(facts["first_on"]), date.fromisoformat(facts["last_on"])
    weekdays, free = set(facts["working_weekdays"]), set(facts["free_days"])
    extra = set(facts["extra_working_days"])
    every = (first + timedelta(days=index) for index in range((last - first).days + 1))
    days = [
        day
        for day in every
        if (text := day.isoformat()) in extra or (day.isoweekday() in weekdays and text not in free)
    ]
    hours = WorkingHours(_wall(facts["opens_at_minute"]), _wall(facts["closes_at_minute"]))
    return WorkCalendar.of_days(days, first, last, hours, facts["provisional_years"])


@lru_cache
def _wall(minute: int) -> time:
    return time(minute // 60, minute % 60)
