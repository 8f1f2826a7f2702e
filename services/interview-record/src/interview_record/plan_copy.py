"""Keeping in mind which metrics plans in force work on, and handing their results on."""

from typing import Any
from uuid import UUID

from common.events import Event
from common.inbox import is_newer
from common.transaction import Transaction
from sqlalchemy import select
from tandem.plan_tracking.v1 import facts_pb2 as plans

from interview_record.facts_events import kpi_recorded
from interview_record.storage.directory_tables import PlanMetricsRow
from interview_record.storage.facts_tables import KpiResultRow
from interview_record.storage.periods import CURRENT


async def copy_plan_metrics(tx: Transaction, event: Event[Any], plan: plans.PlanFacts) -> None:
    """Note the plan's metrics while it is in force; results there already of metrics new to it are published.

    An older event than the one seen changes nothing.
    """
    plan_id = UUID(plan.plan_id)
    row = await tx.session.get(PlanMetricsRow, (tx.tenant_id, plan_id), with_for_update=True)
    known = row is not None
    if row is None:
        row = PlanMetricsRow(tenant_id=tx.tenant_id, id=plan_id, person_id=UUID(plan.employee_id), metric_codes=[])
    if not is_newer(row, event):
        return
    before, row.metric_codes = set(row.metric_codes), _metrics_in_force(plan)
    if not known:
        tx.add(row)
    if added := set(row.metric_codes) - before:
        await _hand_on(tx, row.person_id, added)


def _metrics_in_force(plan: plans.PlanFacts) -> list[str]:
    if plan.state != plans.PLAN_STATE_ACTIVE or not plan.revision_in_force:
        return []
    return sorted({goal.metric_code for goal in plan.goals if goal.metric_code})


async def _hand_on(tx: Transaction, person_id: UUID, metric_codes: set[str]) -> None:
    rows = await tx.session.scalars(
        select(KpiResultRow)
        .where(
            KpiResultRow.tenant_id == tx.tenant_id,
            KpiResultRow.person_id == person_id,
            KpiResultRow.metric_code.in_(metric_codes),
            CURRENT,
        )
        .order_by(KpiResultRow.period_until)
    )
    for row in rows:
        tx.publish(row.id, kpi_recorded(row))
