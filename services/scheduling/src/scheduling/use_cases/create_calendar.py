"""Adding a calendar."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from common.call import Call
from common.database import Database
from sqlalchemy.exc import IntegrityError

from scheduling.domain.calendar_rules import CodeTaken, Hours
from scheduling.domain.holiday_calendar import Place, UnknownCountry
from scheduling.policy import POLICY
from scheduling.publishing import new_calendar, publish_calendar
from scheduling.storage.calendars import calendar_by_code, write_overrides


async def create_calendar(
    database: Database,
    call: Call,
    *,
    code: str,
    name: str,
    place: Place,
    hours: Hours,
    weekdays: Sequence[int],
    overrides: Mapping[date, bool],
) -> UUID:
    """Add a calendar from a country's public holidays and publish it; raise CodeTaken or UnknownCountry."""
    POLICY.require(call.identity, "calendar.create")
    hours.require_valid()
    if not place.is_known():
        raise UnknownCountry(code=place.code)
    async with database.transaction(call) as tx:
        if await calendar_by_code(tx, code) is not None:
            raise CodeTaken(code=code)
        row = new_calendar(tx, code, name, place, hours, weekdays or place.weekdays())
        try:
            await tx.session.flush()
        except IntegrityError as taken:
            raise CodeTaken(code=code) from taken
        await write_overrides(tx, row.id, overrides)
        tx.audit("calendar.created", "calendar", row.id, code=code)
        await publish_calendar(tx, row)
        return tx.done(row.id)
