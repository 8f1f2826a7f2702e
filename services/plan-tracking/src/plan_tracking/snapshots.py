"""Current state as events, chunk by chunk."""

from uuid import UUID

from common.snapshots import Snapshot
from common.transaction import Transaction
from sqlalchemy import select

from plan_tracking.casefile import casefile_of
from plan_tracking.events import blocker_snapshot, step_event
from plan_tracking.storage.follow_up_tables import BlockerRow, StepRow
from plan_tracking.storage.plan_tables import PlanRow
from plan_tracking.views import events_of

CHUNK = 200


async def _plans(tx: Transaction, after: UUID | None) -> tuple[int, UUID | None]:
    query = select(PlanRow).where(PlanRow.tenant_id == tx.tenant_id).order_by(PlanRow.id).limit(CHUNK)
    rows = (await tx.session.scalars(query.where(PlanRow.id > after) if after else query)).all()
    for row in rows:
        events = await events_of(await casefile_of(tx, row))
        tx.publish(row.id, events.snapshot())
    return len(rows), rows[-1].id if len(rows) == CHUNK else None


async def _blockers(tx: Transaction, after: UUID | None) -> tuple[int, UUID | None]:
    query = (
        select(BlockerRow, PlanRow.manager_id)
        .join(PlanRow, (PlanRow.tenant_id == BlockerRow.tenant_id) & (PlanRow.id == BlockerRow.plan_id))
        .where(BlockerRow.tenant_id == tx.tenant_id)
        .order_by(BlockerRow.id)
        .limit(CHUNK)
    )
    rows = (await tx.session.execute(query.where(BlockerRow.id > after) if after else query)).tuples().all()
    for row, manager_id in rows:
        tx.publish(row.id, blocker_snapshot(row, manager_id))
    return len(rows), rows[-1][0].id if len(rows) == CHUNK else None


async def _steps(tx: Transaction, after: UUID | None) -> tuple[int, UUID | None]:
    query = select(StepRow).where(StepRow.tenant_id == tx.tenant_id).order_by(StepRow.id).limit(CHUNK)
    rows = (await tx.session.scalars(query.where(StepRow.id > after) if after else query)).all()
    for row in rows:
        tx.publish(row.id, step_event(row))
    return len(rows), rows[-1].id if len(rows) == CHUNK else None


SNAPSHOTS: dict[str, Snapshot] = {"plan": _plans, "blocker": _blockers, "step": _steps}
