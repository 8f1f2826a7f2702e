"""Lists of calendars, their days, peaks and busy times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from common.database import Reader
from common.errors import NotFound
from common.pagination import Page
from common.workdays import CalendarOutOfRange
from sqlalchemy import select

from scheduling.domain.holiday_calendar import DayKind, SpecialDay
from scheduling.storage.calendars import as_work_calendar, special_days, years_of
from scheduling.storage.tables import BusyTimeRow, CalendarRow, CalendarYearRow, PeakRow


@dataclass(frozen=True)
class CalendarView:
    """A calendar with its published years."""

    row: CalendarRow
    years: Sequence[CalendarYearRow]


@dataclass(frozen=True)
class DayView:
    """What a day is, with why."""

    day: SpecialDay
    provisional: bool


async def calendar_view(reader: Reader, calendar_id: UUID) -> CalendarView:
    """Return one calendar; raise NotFound."""
    row = await reader.session.get(CalendarRow, (reader.tenant_id, calendar_id))
    if row is None:
        raise NotFound(resource="calendar", id=calendar_id)
    return CalendarView(row, await years_of(reader, row.id))


async def list_calendars(reader: Reader, page: Page, code: str) -> tuple[list[CalendarView], str]:
    """Return one page of the tenant's calendars by code."""
    statement = select(CalendarRow).where(CalendarRow.tenant_id == reader.tenant_id)
    if code:
        statement = statement.where(CalendarRow.code == code)
    found = (await reader.session.scalars(page.apply(statement, CalendarRow.code, CalendarRow.id))).all()
    kept, token = page.close(found, lambda row: (row.code, row.id))
    return [CalendarView(row, await years_of(reader, row.id)) for row in kept], token


async def list_days(reader: Reader, calendar_id: UUID, first: date, last: date) -> list[DayView]:
    """Return what each day is; raise NotFound, or CalendarOutOfRange for days that it does not know."""
    view = await calendar_view(reader, calendar_id)
    for day in (first, last):
        if not view.row.first_on <= day <= view.row.last_on:
            raise CalendarOutOfRange(day=day, first=view.row.first_on, last=view.row.last_on)
    calendar = as_work_calendar(view.row, view.years)
    special = {on: day for year in view.years for on, day in special_days(year).items()}
    days = (first + timedelta(days=index) for index in range((last - first).days + 1))
    return [
        DayView(
            special.get(day) or SpecialDay(day, DayKind.WORKING if calendar.is_working(day) else DayKind.WEEKEND),
            calendar.is_provisional(day),
        )
        for day in days
    ]


async def list_peaks(
    reader: Reader, page: Page, unit_id: UUID | None, first: date | None, last: date | None
) -> tuple[Sequence[PeakRow], str]:
    """Return one page of the peaks that touch the days, by beginning."""
    statement = select(PeakRow).where(PeakRow.tenant_id == reader.tenant_id)
    if unit_id is not None:
        statement = statement.where(PeakRow.unit_id == unit_id)
    if first is not None:
        statement = statement.where(PeakRow.until_on >= first)
    if last is not None:
        statement = statement.where(PeakRow.from_on <= last)
    found = (await reader.session.scalars(page.apply(statement, PeakRow.from_on, PeakRow.id))).all()
    return page.close(found, lambda row: (row.from_on, row.id))


async def list_busy_times(
    reader: Reader, page: Page, person_id: UUID, since: datetime | None, until: datetime | None
) -> tuple[Sequence[BusyTimeRow], str]:
    """Return one page of the person's commitments that touch the time, by beginning."""
    statement = select(BusyTimeRow).where(BusyTimeRow.tenant_id == reader.tenant_id, BusyTimeRow.person_id == person_id)
    if since is not None:
        statement = statement.where(BusyTimeRow.ends_at > since)
    if until is not None:
        statement = statement.where(BusyTimeRow.starts_at < until)
    found = (await reader.session.scalars(page.apply(statement, BusyTimeRow.starts_at, BusyTimeRow.id))).all()
    return page.close(found, lambda row: (row.starts_at, row.id))


async def row_of_peak(reader: Reader, peak_id: UUID) -> PeakRow:
    """Return one peak; raise NotFound."""
    row = await reader.session.get(PeakRow, (reader.tenant_id, peak_id))
    if row is None:
        raise NotFound(resource="peak", id=peak_id)
    return row


async def row_of_busy_time(reader: Reader, busy_time_id: UUID) -> BusyTimeRow:
    """Return one busy time; raise NotFound."""
    row = await reader.session.get(BusyTimeRow, (reader.tenant_id, busy_time_id))
    if row is None:
        raise NotFound(resource="busy_time", id=busy_time_id)
    return row
