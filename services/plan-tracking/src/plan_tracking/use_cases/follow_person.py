"""Keep the read copy of people; a changed calendar or zone moves what is open, a leaver's plan is withdrawn."""

from typing import Any
from uuid import UUID

from common.database import Database
from common.events import Event
from common.inbox import is_newer
from common.transaction import Transaction
from sqlalchemy import select

from plan_tracking.casefile import casefile_of
from plan_tracking.domain.states import RUNNING, WithdrawReason
from plan_tracking.governing import withdraw_plan
from plan_tracking.rescheduling import reschedule
from plan_tracking.storage.copies import set_manager_lines
from plan_tracking.storage.copy_tables import InterviewRow, PersonRow, UnitRow
from plan_tracking.storage.follow_up_tables import StepRow
from plan_tracking.storage.plan_tables import PlanRow
from plan_tracking.views import events_of


async def follow_person(
    database: Database, event: Event[Any], person_id: UUID, values: dict[str, Any], *, left: bool = False
) -> None:
    """Apply the person's state if it is newer than what is known; `left` ends their own plan."""
    async with database.reaction(event) as tx:
        row = await tx.session.get(PersonRow, (tx.tenant_id, person_id), with_for_update=True)
        is_new = row is None
        if row is None:
            row = PersonRow(tenant_id=tx.tenant_id, id=person_id, epoch=0, sequence=0, manager_line=[])
        if not is_newer(row, event):
            return
        moved = not is_new and (row.calendar_code, row.time_zone) != (values["calendar_code"], values["time_zone"])
        relined = is_new or row.manager_id != values["manager_id"]
        for name, value in values.items():
            setattr(row, name, value)
        row.unit_path = await _unit_path(tx, row)
        tx.add(row)
        if relined:
            await set_manager_lines(tx, person_id)
        if left:
            await _withdraw(tx, person_id)
        elif moved:
            await _reschedule(tx, person_id)


async def _unit_path(tx: Transaction, person: PersonRow) -> list[UUID]:
    # The unit may have moved after this person's event was made.
    unit = None if person.unit_id is None else await tx.session.get(UnitRow, (tx.tenant_id, person.unit_id))
    return list(person.unit_path) if unit is None else list(unit.path)


async def _withdraw(tx: Transaction, person_id: UUID) -> None:
    plans = await tx.session.scalars(
        select(PlanRow)
        .where(PlanRow.tenant_id == tx.tenant_id, PlanRow.employee_id == person_id, PlanRow.state.in_(RUNNING))
        .with_for_update()
    )
    for plan in plans.all():
        file = await casefile_of(tx, plan)
        await withdraw_plan(file, WithdrawReason.LEFT)
        file.record("withdrawn", (await events_of(file)).withdrawn(None, tx.now), reason=WithdrawReason.LEFT)


async def _reschedule(tx: Transaction, person_id: UUID) -> None:
    interviews = await tx.session.scalars(
        select(InterviewRow).where(
            InterviewRow.tenant_id == tx.tenant_id,
            InterviewRow.id.in_(
                select(StepRow.interview_id).where(
                    StepRow.tenant_id == tx.tenant_id, StepRow.employee_id == person_id, StepRow.state == "open"
                )
            ),
        )
    )
    for interview in interviews.all():
        await reschedule(tx, interview)
