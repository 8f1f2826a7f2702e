"""Results of a person, metric and period, and the periods around one."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from interview_record.domain.kpi import KpiLine
from interview_record.domain.periods import Period
from interview_record.storage.facts_tables import KpiResultRow

Group = tuple[str, Period]

CURRENT: ColumnElement[bool] = KpiResultRow.superseded_at.is_(None)


def in_period(period: Period) -> ColumnElement[bool]:
    """Return the condition for results of exactly the period."""
    return (KpiResultRow.period_from == period.first) & (KpiResultRow.period_until == period.last)


async def current_results(
    session: AsyncSession, tenant_id: UUID, lines: Sequence[KpiLine]
) -> dict[tuple[UUID, str, Period], KpiResultRow]:
    """Return the current results that the lines would replace, locked, by person, metric and period."""
    statement = (
        select(KpiResultRow)
        .where(
            KpiResultRow.tenant_id == tenant_id,
            KpiResultRow.person_id.in_({each.person_id for each in lines}),
            KpiResultRow.metric_code.in_({each.metric_code for each in lines}),
            tuple_(KpiResultRow.period_from, KpiResultRow.period_until).in_(
                {(each.period.first, each.period.last) for each in lines}
            ),
            CURRENT,
        )
        .order_by(KpiResultRow.id)
        .with_for_update()
    )
    rows = await session.scalars(statement)
    return {(row.person_id, row.metric_code, Period(row.period_from, row.period_until)): row for row in rows}


async def existing_groups(
    session: AsyncSession, tenant_id: UUID, metric_code: str, periods: Collection[Period]
) -> list[Group]:
    """Return those of the periods in which anybody has a current result of the metric."""
    if not periods:
        return []
    span = tuple_(KpiResultRow.period_from, KpiResultRow.period_until)
    rows = await session.execute(
        select(KpiResultRow.period_from, KpiResultRow.period_until)
        .where(
            KpiResultRow.tenant_id == tenant_id,
            KpiResultRow.metric_code == metric_code,
            span.in_([(each.first, each.last) for each in periods]),
            CURRENT,
        )
        .distinct()
    )
    return [(metric_code, Period(first, last)) for first, last in rows]


async def newest_groups(session: AsyncSession, tenant_id: UUID, person_id: UUID) -> list[Group]:
    """Return the newest period in which the person has a result, for each of their metrics."""
    rows = await session.execute(
        select(KpiResultRow.metric_code, KpiResultRow.period_from, KpiResultRow.period_until)
        .where(KpiResultRow.tenant_id == tenant_id, KpiResultRow.person_id == person_id, CURRENT)
        .distinct(KpiResultRow.metric_code)
        .order_by(KpiResultRow.metric_code, KpiResultRow.period_until.desc(), KpiResultRow.period_from.desc())
    )
    return [(code, Period(first, last)) for code, first, last in rows]
