"""Published calendars: stored year by year, expanded once per version."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from common.workdays import WorkCalendar, WorkingHours
from sqlalchemy import delete, select

from scheduling.domain.holiday_calendar import DayKind, DayRule, Place, SpecialDay, Year
from scheduling.storage.people import Source
from scheduling.storage.tables import CalendarRow, CalendarYearRow, DayOverrideRow

_KEPT = 256
_expanded: dict[tuple[UUID, UUID, int], WorkCalendar] = {}


async def calendar_by_code(source: Source, code: str) -> CalendarRow | None:
    """Return the tenant's calendar of the code, or None."""
    found: CalendarRow | None = await source.session.scalar(
        select(CalendarRow).where(CalendarRow.tenant_id == source.tenant_id, CalendarRow.code == code)
    )
    return found


async def work_calendar(source: Source, code: str) -> WorkCalendar | None:
    """Return the working days of the tenant's calendar, or None while there is no such calendar."""
    row = await calendar_by_code(source, code)
    if row is None:
        return None
    key = (row.tenant_id, row.id, row.calendar_version)
    if (calendar := _expanded.get(key)) is None:
        if len(_expanded) >= _KEPT:
            _expanded.clear()
        calendar = _expanded[key] = as_work_calendar(row, await years_of(source, row.id))
    return calendar


def as_work_calendar(row: CalendarRow, years: Sequence[CalendarYearRow]) -> WorkCalendar:
    """Return the stored years as a calendar to count on."""
    hours = WorkingHours.of_minutes(
        row.opens_at_minute, row.closes_at_minute, row.break_from_minute, row.break_until_minute
    )
    provisional = [each.year for each in years if each.provisional]
    return WorkCalendar.of_years({each.year: each.working_days for each in years}, hours, provisional)


async def years_of(source: Source, calendar_id: UUID) -> list[CalendarYearRow]:
    """Return the calendar's published years in order."""
    found = await source.session.scalars(
        select(CalendarYearRow)
        .where(CalendarYearRow.tenant_id == source.tenant_id, CalendarYearRow.calendar_id == calendar_id)
        .order_by(CalendarYearRow.year)
    )
    return list(found)


async def overrides_of(source: Source, calendar_id: UUID) -> dict[date, bool]:
    """Return the days that the tenant set by hand."""
    found = await source.session.scalars(
        select(DayOverrideRow).where(
            DayOverrideRow.tenant_id == source.tenant_id, DayOverrideRow.calendar_id == calendar_id
        )
    )
    return {each.on: each.working for each in found}


async def write_overrides(
    source: Source, calendar_id: UUID, added: Mapping[date, bool], cleared: Collection[date] = ()
) -> None:
    """Clear days and set others; a day both cleared and set is set."""
    await source.session.execute(
        delete(DayOverrideRow).where(
            DayOverrideRow.tenant_id == source.tenant_id,
            DayOverrideRow.calendar_id == calendar_id,
            DayOverrideRow.on.in_([*cleared, *added]),
        )
    )
    for day, works in added.items():
        source.session.add(DayOverrideRow(tenant_id=source.tenant_id, calendar_id=calendar_id, on=day, working=works))


def rule_of(row: CalendarRow, overrides: dict[date, bool]) -> DayRule:
    """Return what the calendar's days are made from."""
    return DayRule(Place(row.country, row.subdivision), frozenset(row.working_weekdays), overrides)


def year_row(tenant_id: UUID, calendar_id: UUID, year: Year) -> CalendarYearRow:
    """Return the stored form of a year."""
    span = WorkCalendar.of_days(year.working, date(year.year, 1, 1), date(year.year, 12, 31))
    return CalendarYearRow(
        tenant_id=tenant_id,
        calendar_id=calendar_id,
        year=year.year,
        working_days=span.year_bitmap(year.year),
        special_days=[
            {"on": day.on.isoformat(), "kind": day.kind.value, "zh": day.zh, "en": day.en} for day in year.special
        ],
        provisional=year.provisional,
    )


def special_days(row: CalendarYearRow) -> dict[date, SpecialDay]:
    """Return the year's days that are not what their weekday says."""
    days = (
        SpecialDay(date.fromisoformat(each["on"]), DayKind(each["kind"]), each["zh"], each["en"])
        for each in row.special_days
    )
    return {day.on: day for day in days}
