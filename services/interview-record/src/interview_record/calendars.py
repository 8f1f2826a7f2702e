"""A published calendar in the read copy, and the cases whose dues it moves."""

from typing import Any
from uuid import UUID

from common.events import Event
from common.inbox import is_newer
from common.steps import StepState
from common.transaction import Transaction
from google.protobuf.json_format import MessageToDict
from sqlalchemy import exists, select
from tandem.scheduling.v1 import facts_pb2 as pb

from interview_record.storage.directory_tables import PersonRow
from interview_record.storage.interview_tables import StepRow
from interview_record.storage.record_tables import CalendarRow

RECOMPUTE_DUES = "recompute_dues"


async def apply_calendar(tx: Transaction, event: Event[Any], calendar: pb.CalendarFacts) -> None:
    """Keep the calendar if it is newer, and compute again, as an operation, what is open under it."""
    calendar_id = UUID(calendar.calendar_id)
    row = await tx.session.get(CalendarRow, (tx.tenant_id, calendar_id), with_for_update=True)
    if row is None:
        row = CalendarRow(tenant_id=tx.tenant_id, id=calendar_id, epoch=0, sequence=0)
        tx.add(row)
    if not is_newer(row, event):
        return
    row.code = calendar.code
    row.facts = MessageToDict(calendar, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
    await tx.session.flush()
    if await _anything_open(tx, calendar.code):
        await tx.start_operation(RECOMPUTE_DUES, {"calendar_code": calendar.code})


async def _anything_open(tx: Transaction, calendar_code: str) -> bool:
    open_rows = (
        select(StepRow.id)
        .join(PersonRow, (PersonRow.tenant_id == StepRow.tenant_id) & (PersonRow.id == StepRow.employee_id))
        .where(
            StepRow.tenant_id == tx.tenant_id,
            StepRow.state == StepState.OPEN,
            PersonRow.calendar_code == calendar_code,
        )
    )
    return bool(await tx.session.scalar(select(exists(open_rows))))
