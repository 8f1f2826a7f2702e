"""Queries of a plan and what hangs on it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from plan_tracking.domain.progress import KpiValue
from plan_tracking.domain.signing import Act
from plan_tracking.domain.states import UNRESOLVED
from plan_tracking.storage.copies import Source
from plan_tracking.storage.copy_tables import KpiResultRow
from plan_tracking.storage.follow_up_tables import BlockerRow, CheckInRow
from plan_tracking.storage.plan_tables import (
    AmendmentRow,
    GoalRow,
    MeasureRow,
    PlanRow,
    RefusalRow,
    RevisionRow,
    SignatureRow,
)


async def revision_of(source: Source, plan_id: UUID, number: int) -> RevisionRow | None:
    """Return one revision of the plan, or None."""
    found: RevisionRow | None = await source.session.scalar(
        select(RevisionRow).where(
            RevisionRow.tenant_id == source.tenant_id, RevisionRow.plan_id == plan_id, RevisionRow.number == number
        )
    )
    return found


async def signatures_of(source: Source, plan_id: UUID, revision: int) -> Sequence[SignatureRow]:
    """Return the signatures that hold under one revision, in their order."""
    found = await source.session.scalars(
        select(SignatureRow)
        .where(
            SignatureRow.tenant_id == source.tenant_id,
            SignatureRow.plan_id == plan_id,
            SignatureRow.revision == revision,
            SignatureRow.act == Act.SIGNED,
            SignatureRow.void.is_(False),
        )
        .order_by(SignatureRow.ordinal)
    )
    return found.all()


async def last_signature(source: Source, plan_id: UUID) -> SignatureRow | None:
    """Return the plan's last signed act of any kind, or None."""
    found: SignatureRow | None = await source.session.scalar(
        select(SignatureRow)
        .where(SignatureRow.tenant_id == source.tenant_id, SignatureRow.plan_id == plan_id)
        .order_by(SignatureRow.ordinal.desc())
        .limit(1)
    )
    return found


async def goals_of(source: Source, revision_id: UUID) -> Sequence[GoalRow]:
    """Return the revision's goals in their order."""
    found = await source.session.scalars(
        select(GoalRow)
        .where(GoalRow.tenant_id == source.tenant_id, GoalRow.revision_id == revision_id)
        .order_by(GoalRow.position)
    )
    return found.all()


async def measures_of(source: Source, revision_id: UUID) -> Sequence[MeasureRow]:
    """Return the revision's measures in their order, without those that an amendment replaced."""
    found = await source.session.scalars(
        select(MeasureRow)
        .where(
            MeasureRow.tenant_id == source.tenant_id,
            MeasureRow.revision_id == revision_id,
            MeasureRow.replaced_by.is_(None),
        )
        .order_by(MeasureRow.position)
    )
    return found.all()


async def measures_in_force(source: Source, plan: PlanRow) -> Sequence[MeasureRow]:
    """Return the measures that govern now; none while no revision does."""
    revision = await revision_of(source, plan.id, plan.revision_in_force)
    return [] if revision is None else await measures_of(source, revision.id)


async def open_blockers(source: Source, plan_id: UUID) -> Sequence[BlockerRow]:
    """Return the plan's blockers that are not resolved, oldest first."""
    found = await source.session.scalars(
        select(BlockerRow)
        .where(
            BlockerRow.tenant_id == source.tenant_id, BlockerRow.plan_id == plan_id, BlockerRow.state.in_(UNRESOLVED)
        )
        .order_by(BlockerRow.id)
    )
    return found.all()


async def refusal_of(source: Source, plan_id: UUID, revision: int | None = None) -> RefusalRow | None:
    """Return the refusal of a revision, by default the plan's newest; None where there is none that holds."""
    query = select(RefusalRow).where(
        RefusalRow.tenant_id == source.tenant_id, RefusalRow.plan_id == plan_id, RefusalRow.void.is_(False)
    )
    if revision:
        query = query.where(RefusalRow.revision == revision)
    found: RefusalRow | None = await source.session.scalar(query.order_by(RefusalRow.id.desc()).limit(1))
    return found


async def open_amendment(source: Source, plan_id: UUID) -> AmendmentRow | None:
    """Return the plan's amendment that waits for the employee, or None."""
    found: AmendmentRow | None = await source.session.scalar(
        select(AmendmentRow).where(
            AmendmentRow.tenant_id == source.tenant_id,
            AmendmentRow.plan_id == plan_id,
            AmendmentRow.state == "proposed",
        )
    )
    return found


async def next_position(source: Source, table: type[GoalRow] | type[MeasureRow], revision_id: UUID) -> int:
    """Return the position after the revision's last item."""
    last = await source.session.scalar(
        select(func.max(table.position)).where(table.tenant_id == source.tenant_id, table.revision_id == revision_id)
    )
    return 0 if last is None else last + 1


async def check_in_of(source: Source, plan_id: UUID, period_due_at: datetime) -> CheckInRow | None:
    """Return the check-in of one period, or None."""
    found: CheckInRow | None = await source.session.scalar(
        select(CheckInRow).where(
            CheckInRow.tenant_id == source.tenant_id,
            CheckInRow.plan_id == plan_id,
            CheckInRow.period_due_at == period_due_at,
        )
    )
    return found


async def kpi_values(source: Source, person_id: UUID, metric_codes: set[str]) -> list[KpiValue]:
    """Return the person's results that stand, of the given metrics, by period."""
    successor = aliased(KpiResultRow)
    replaced = exists().where(successor.tenant_id == KpiResultRow.tenant_id, successor.supersedes_id == KpiResultRow.id)
    rows = await source.session.scalars(
        select(KpiResultRow)
        .where(
            KpiResultRow.tenant_id == source.tenant_id,
            KpiResultRow.person_id == person_id,
            KpiResultRow.metric_code.in_(metric_codes),
            KpiResultRow.withdrawn.is_(False),
            ~replaced,
        )
        .order_by(KpiResultRow.period_until, KpiResultRow.id)
    )
    return [_kpi_value(row) for row in rows]


def _kpi_value(row: KpiResultRow) -> KpiValue:
    return KpiValue(row.id, row.metric_code, row.period_from, row.period_until, row.actual, row.target)
