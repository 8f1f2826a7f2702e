"""What detection looks at: everyone's result in one metric and period, and the ones before."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from interview_record.domain.periods import Period
from interview_record.domain.shortfalls import Observation, Thresholds
from interview_record.storage.directory_tables import PersonRow
from interview_record.storage.facts_tables import KpiResultRow
from interview_record.storage.periods import CURRENT, in_period


@dataclass(frozen=True)
class Standard:
    """A playbook as detection sees it."""

    playbook_id: UUID
    thresholds: Thresholds


@dataclass(frozen=True)
class Seen:
    """One observation with the result it was made from and the standard that counts."""

    result_id: UUID
    standard: Standard
    observation: Observation


async def observe(
    session: AsyncSession,
    tenant_id: UUID,
    metric_code: str,
    period: Period,
    by_unit: Mapping[UUID | None, Standard],
    by_person: Mapping[UUID, Standard],
) -> list[Seen]:
    """Return the results of active people; the standard is the person's own, else the nearest unit's, else None's."""
    found = (await session.execute(_results(tenant_id, metric_code, period))).all()
    back = max((each.thresholds.falling_periods for each in [*by_unit.values(), *by_person.values()]), default=0)
    periods = period.before(back)
    earlier = await _earlier(session, tenant_id, metric_code, periods)
    seen = []
    for row in found:
        standard = by_person.get(row.person_id) or _of_unit(row.unit_path, by_unit)
        before = tuple(earlier.get((row.person_id, each)) for each in periods)
        seen.append(Seen(row.id, standard, _observation(row, standard.thresholds, before)))
    return seen


def _results(tenant_id: UUID, metric_code: str, period: Period) -> Select[*tuple[Any, ...]]:
    return (
        select(
            KpiResultRow.id,
            KpiResultRow.person_id,
            KpiResultRow.actual,
            KpiResultRow.target,
            KpiResultRow.direction,
            PersonRow.manager_id,
            PersonRow.unit_id,
            PersonRow.unit_path,
            PersonRow.job_family,
            PersonRow.level,
        )
        .join(PersonRow, (PersonRow.tenant_id == KpiResultRow.tenant_id) & (PersonRow.id == KpiResultRow.person_id))
        .where(
            KpiResultRow.tenant_id == tenant_id,
            KpiResultRow.metric_code == metric_code,
            in_period(period),
            CURRENT,
            PersonRow.active,
            PersonRow.placeholder.is_(False),
        )
        .order_by(KpiResultRow.person_id)
    )


def _observation(row: Row[*tuple[Any, ...]], thresholds: Thresholds, earlier: tuple[float | None, ...]) -> Observation:
    return Observation(
        person_id=row.person_id,
        manager_id=row.manager_id,
        unit_id=row.unit_id,
        job_family=row.job_family,
        level=row.level,
        actual=float(row.actual),
        target=None if row.target is None else float(row.target),
        lower_is_better=row.direction == "lower_is_better",
        thresholds=thresholds,
        earlier=earlier,
    )


def _of_unit(path: list[UUID], by_unit: Mapping[UUID | None, Standard]) -> Standard:
    nearest = next((each for each in reversed(path) if each in by_unit), None)
    return by_unit[nearest]


async def _earlier(
    session: AsyncSession, tenant_id: UUID, metric_code: str, periods: tuple[Period, ...]
) -> dict[tuple[UUID, Period], float]:
    if not periods:
        return {}
    rows = await session.execute(
        select(KpiResultRow.person_id, KpiResultRow.period_from, KpiResultRow.period_until, KpiResultRow.actual).where(
            KpiResultRow.tenant_id == tenant_id,
            KpiResultRow.metric_code == metric_code,
            tuple_(KpiResultRow.period_from, KpiResultRow.period_until).in_(
                [(each.first, each.last) for each in periods]
            ),
            CURRENT,
        )
    )
    found: dict[tuple[UUID, Period], float] = defaultdict(float)
    for person_id, first, last, actual in rows:
        found[person_id, Period(first, last)] = float(actual)
    return dict(found)
