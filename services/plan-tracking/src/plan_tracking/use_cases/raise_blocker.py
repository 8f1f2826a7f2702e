"""Raise a blocker: what stops a measure, who clears it, by when."""

from datetime import date, datetime
from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import Invalid, NotFound
from common.ids import new_id
from common.transaction import Transaction

from plan_tracking.casefile import Casefile, open_plan
from plan_tracking.domain.states import BlockerState
from plan_tracking.events import blocker_raised
from plan_tracking.storage.copies import person_of
from plan_tracking.storage.follow_up_tables import BlockerRow
from plan_tracking.storage.plans import measures_in_force

BLOCKER_OVERDUE = "blocker_overdue"


async def raise_blocker(
    database: Database,
    call: Call,
    plan_id: UUID,
    *,
    measure_id: UUID | None,
    text: str,
    owner_id: UUID,
    resolve_by_on: date | None,
) -> UUID:
    """Raise it; returns the blocker's id. A measure's owner may raise one on that measure only. Raises NotInForce."""
    async with database.transaction(call) as tx:
        file = await open_plan(tx, plan_id)
        measure = next((each for each in await measures_in_force(tx, file.plan) if each.measure_id == measure_id), None)
        owners = (measure.owner_id,) if measure is not None and measure.owner_id is not None else ()
        person = file.require("plan.raise_blocker", owners=owners)
        file.in_force("raise_blocker")
        if measure_id is not None and measure is None:
            raise NotFound(resource="measure", id=measure_id)
        await _require_active(tx, owner_id)
        row = BlockerRow(
            tenant_id=tx.tenant_id,
            id=new_id(),
            plan_id=plan_id,
            interview_id=file.plan.interview_id,
            employee_id=file.plan.employee_id,
            measure_id=measure_id,
            owner_id=owner_id,
            state=BlockerState.OPEN.value,
            resolve_by=_deadline(file, resolve_by_on),
            raised_by=person,
            raised_at=tx.now,
        )
        row.description = await tx.seal("blocker", "description", row.id, file.plan.employee_id, text.strip())
        tx.add(row)
        await tx.due(BLOCKER_OVERDUE, row.id, row.resolve_by)
        tx.audit("blocker.raised", "blocker", row.id, plan_id=plan_id)
        tx.publish(row.id, blocker_raised(row, file.plan.manager_id))
        return tx.done(row.id)


def _deadline(file: Casefile, on: date | None) -> datetime:
    if on is None:
        return file.days.after(file.tx.now, file.rules.blocker_days)
    deadline = file.days.end_of(on)
    if deadline <= file.tx.now:
        raise Invalid.field("resolve_by_on", "DATE_PAST", en="The date has passed.", zh="日期已过。")
    return deadline


async def _require_active(tx: Transaction, owner_id: UUID) -> None:
    if not (await person_of(tx, owner_id)).active:
        raise Invalid.field(
            "owner_id", "OWNER_INACTIVE", en="The owner is not an active person.", zh="负责人不是在职人员。"
        )
