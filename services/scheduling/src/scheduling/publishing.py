"""Making calendars and publishing their versions."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from common.ids import stable_id
from common.logging import get_logger
from common.transaction import Transaction
from sqlalchemy import delete, text

from scheduling import events
from scheduling.domain.calendar_rules import Hours
from scheduling.domain.holiday_calendar import Place, span_of_years
from scheduling.storage.calendars import calendar_by_code, overrides_of, rule_of, year_row, years_of
from scheduling.storage.copies import open_interviews
from scheduling.storage.copy_tables import PersonRow, TenantCopyRow
from scheduling.storage.tables import CalendarRow, CalendarYearRow

REFRESH_CALENDAR = "refresh_calendar"
RECOMPUTE_DUES = "recompute_dues"
log = get_logger(__name__)


async def ensure_calendar(tx: Transaction, code: str) -> None:
    """Make sure of a calendar of the code, from its country's days; a code of another kind waits for HR."""
    if not code or await calendar_by_code(tx, code) is not None:
        return
    place = Place.of_code(code)
    if place is None:
        log.warning("calendar_missing", tenant_id=str(tx.tenant_id), code=code)
        return
    # Two people of the same new country may arrive at once.
    key = {"key": f"calendar {tx.tenant_id} {code}"}
    await tx.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), key)
    if await calendar_by_code(tx, code) is None:
        tenant = await tx.session.get(TenantCopyRow, (tx.tenant_id, tx.tenant_id))
        name = place.name(tenant.default_locale if tenant else "en")
        await publish_calendar(tx, new_calendar(tx, code, name, place, Hours(), place.weekdays()))


def new_calendar(
    tx: Transaction, code: str, name: str, place: Place, hours: Hours, weekdays: Sequence[int]
) -> CalendarRow:
    """Add a calendar that is not published yet."""
    row = CalendarRow(
        tenant_id=tx.tenant_id,
        # The same again if the calendar has to be made again from the same event.
        id=stable_id("calendar", tx.tenant_id, code),
        code=code,
        name=name,
        country=place.country,
        subdivision=place.subdivision,
        working_weekdays=sorted(weekdays),
        calendar_version=0,
        first_on=tx.now.date(),
        last_on=tx.now.date(),
        published_at=tx.now,
    )
    set_hours(row, hours)
    tx.add(row)
    return row


def set_hours(row: CalendarRow, hours: Hours) -> None:
    """Give the calendar its working hours."""
    row.opens_at_minute, row.closes_at_minute = hours.opens, hours.closes
    row.break_from_minute, row.break_until_minute = hours.break_from, hours.break_until


async def publish_calendar(tx: Transaction, row: CalendarRow, *, only_if_changed: bool = False) -> None:
    """Expand the calendar as its rule says today and publish its next version; what is open is computed again."""
    await tx.session.flush()
    await tx.due(REFRESH_CALENDAR, row.id, _next_month(tx.now))
    rule = rule_of(row, await overrides_of(tx, row.id))
    years = [year_row(tx.tenant_id, row.id, year) for year in rule.expand(*span_of_years(tx.now.date()))]
    if only_if_changed and list(map(_days, years)) == list(map(_days, await years_of(tx, row.id))):
        return
    for year in years:
        await tx.session.merge(year)
    await _forget_years_before(tx, row.id, years[0].year)
    row.calendar_version += 1
    row.first_on, row.last_on = date(years[0].year, 1, 1), date(years[-1].year, 12, 31)
    row.published_at = tx.now
    tx.audit("calendar.published", "calendar", row.id, code=row.code, calendar_version=row.calendar_version)
    tx.publish(row.id, events.calendar_published(row, years))
    if await _has_open_cases(tx, row.code):
        await tx.start_operation(RECOMPUTE_DUES, {"calendar_code": row.code})


async def _forget_years_before(tx: Transaction, calendar_id: UUID, year: int) -> None:
    await tx.session.execute(
        delete(CalendarYearRow).where(
            CalendarYearRow.tenant_id == tx.tenant_id,
            CalendarYearRow.calendar_id == calendar_id,
            CalendarYearRow.year < year,
        )
    )


async def _has_open_cases(tx: Transaction, code: str) -> bool:
    mine = open_interviews(tx.tenant_id).where(PersonRow.calendar_code == code).limit(1)
    found: UUID | None = await tx.session.scalar(mine)
    return found is not None


def _days(row: CalendarYearRow) -> tuple[int, bytes, list[object], bool]:
    return row.year, row.working_days, row.special_days, row.provisional


def _next_month(now: datetime) -> datetime:
    year, month = (now.year + 1, 1) if now.month == 12 else (now.year, now.month + 1)
    return datetime(year, month, 1, tzinfo=UTC)
