"""A person beside the team: the means of those with the same manager, or of the same family and level in the unit."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from interview_record.storage.facts_tables import KpiResultRow, PersonRow


@dataclass(frozen=True)
class TeamFigure:
    """How a metric stands in the team; `basis` is the contract's word."""

    basis: str
    size: int
    mean: Decimal


async def team_figures(
    session: AsyncSession,
    person: PersonRow,
    metric_codes: Collection[str],
    period: tuple[date, date],
    smallest_team: int,
) -> dict[str, TeamFigure]:
    """Return the figures by metric; a metric that fewer than `smallest_team` have results in is left out."""
    if not metric_codes:
        return {}
    found: dict[str, TeamFigure] = {}
    for basis, peers in _circles(person):
        missing = set(metric_codes) - set(found)
        for code, actuals in (await _actuals(session, person, peers, missing, period)).items():
            if len(actuals) >= smallest_team:
                mean = sum(actuals, Decimal()) / len(actuals)
                found[code] = TeamFigure(basis, len(actuals), mean)
    return found


def _circles(person: PersonRow) -> list[tuple[str, ColumnElement[bool]]]:
    circles: list[tuple[str, ColumnElement[bool]]] = []
    if person.manager_id is not None:
        circles.append(("SAME_MANAGER", PersonRow.manager_id == person.manager_id))
    if person.level:
        same = (
            (PersonRow.unit_id == person.unit_id)
            & (PersonRow.job_family == person.job_family)
            & (PersonRow.level == person.level)
        )
        circles.append(("SAME_FAMILY_AND_LEVEL", same))
    return circles


async def _actuals(
    session: AsyncSession,
    person: PersonRow,
    peers: ColumnElement[bool],
    metric_codes: Collection[str],
    period: tuple[date, date],
) -> dict[str, list[Decimal]]:
    rows = await session.execute(
        select(KpiResultRow.metric_code, KpiResultRow.actual)
        .join(PersonRow, (PersonRow.tenant_id == KpiResultRow.tenant_id) & (PersonRow.id == KpiResultRow.person_id))
        .where(
            KpiResultRow.tenant_id == person.tenant_id,
            KpiResultRow.metric_code.in_(metric_codes),
            KpiResultRow.period_from == period[0],
            KpiResultRow.period_until == period[1],
            KpiResultRow.superseded_at.is_(None),
            PersonRow.active,
            PersonRow.placeholder.is_(False),
            peers,
        )
    )
    actuals: dict[str, list[Decimal]] = defaultdict(list)
    for code, actual in rows:
        actuals[code].append(actual)
    return actuals
