"""Changing a calendar."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from common.call import Call
from common.database import Database

from scheduling.domain.calendar_rules import Hours
from scheduling.policy import POLICY
from scheduling.publishing import publish_calendar, set_hours
from scheduling.storage.calendars import write_overrides
from scheduling.storage.tables import CalendarRow


async def update_calendar(
    database: Database,
    call: Call,
    calendar_id: UUID,
    *,
    name: str | None,
    hours: Hours | None,
    overrides: Mapping[date, bool],
    cleared: Sequence[date],
    expected_version: int,
) -> UUID:
    """Change name, hours or single days and publish the next version; what is not given stays."""
    POLICY.require(call.identity, "calendar.update")
    if hours is not None:
        hours.require_valid()
    async with database.transaction(call) as tx:
        row = await tx.get(CalendarRow, calendar_id, expected_version=expected_version, resource="calendar")
        row.name = name or row.name
        if hours is not None:
            set_hours(row, hours)
        await write_overrides(tx, calendar_id, overrides, cleared)
        tx.audit("calendar.updated", "calendar", calendar_id, days_set=len(overrides), days_cleared=len(cleared))
        await publish_calendar(tx, row)
        return tx.done(calendar_id)
