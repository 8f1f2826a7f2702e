"""Keep the read copy of work calendars; a new version counts the open rows again, as long work."""

from typing import Any
from uuid import UUID

from common.database import Database
from common.events import Event
from common.inbox import is_newer
from common.transaction import Transaction
from sqlalchemy import exists, select

from plan_tracking.storage.copy_tables import CalendarRow, PersonRow
from plan_tracking.storage.follow_up_tables import StepRow

RESCHEDULE_CASES = "reschedule_cases"


async def follow_calendar(database: Database, event: Event[Any], calendar_id: UUID, values: dict[str, Any]) -> None:
    """Apply the calendar if it is newer than what is known."""
    async with database.reaction(event) as tx:
        row = await tx.session.get(CalendarRow, (tx.tenant_id, calendar_id), with_for_update=True)
        if row is None:
            row = CalendarRow(tenant_id=tx.tenant_id, id=calendar_id, epoch=0, sequence=0)
        if not is_newer(row, event):
            return
        for name, value in values.items():
            setattr(row, name, value)
        tx.add(row)
        if await _has_open_rows(tx, row.code):
            await tx.start_operation(RESCHEDULE_CASES, {"calendar_code": row.code})


async def _has_open_rows(tx: Transaction, calendar_code: str) -> bool:
    open_row = exists().where(
        StepRow.tenant_id == tx.tenant_id,
        StepRow.state == "open",
        StepRow.employee_id == PersonRow.id,
        PersonRow.tenant_id == tx.tenant_id,
        PersonRow.calendar_code == calendar_code,
    )
    return bool(await tx.session.scalar(select(open_row)))
