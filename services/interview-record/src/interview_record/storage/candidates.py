"""Who a cycle could reach: the active people of its units, with what decides whether it does."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, cast, or_, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from interview_record.domain.decisions import ShortfallState
from interview_record.domain.periods import Period
from interview_record.domain.population import Candidate, LeftOut, PopulationRule, left_out
from interview_record.storage.cycle_tables import CycleRow
from interview_record.storage.directory_tables import PersonRow
from interview_record.storage.facts_tables import ShortfallRow
from interview_record.storage.interview_tables import InterviewRow


@dataclass(frozen=True)
class Member:
    """Somebody of the cycle's units: in it, or left out with a reason; `dimensions` as they are now."""

    person_id: UUID
    left_out: LeftOut | None
    shortfall_ids: tuple[UUID, ...]
    needs_manager: bool
    dimensions: dict[str, Any]


async def members_of(session: AsyncSession, cycle: CycleRow) -> list[Member]:
    """Return everybody of the cycle's units, and those named besides, by id."""
    rule = PopulationRule.read(cycle.population)
    people = list(await session.scalars(_people(cycle, rule)))
    shortfalls = await accepted_shortfalls(session, cycle.tenant_id, Period(cycle.period_from, cycle.period_until))
    busy = await _with_open_interview(session, cycle)
    holders = await _holders(session, cycle.tenant_id)
    members = []
    for person in people:
        mine = tuple(shortfalls.get(person.id, ()))
        why = left_out(
            rule,
            _candidate(person),
            window_until=cycle.window_until,
            shortfalls=mine,
            has_open_interview=person.id in busy,
        )
        manager_id = person.manager_id if person.manager_id in holders else None
        members.append(Member(person.id, why, mine, manager_id is None, _dimensions(person, manager_id)))
    return members


async def accepted_shortfalls(session: AsyncSession, tenant_id: UUID, period: Period) -> dict[UUID, list[UUID]]:
    """Return each person's accepted shortfalls of results inside the period, the largest first."""
    rows = await session.execute(
        select(ShortfallRow.person_id, ShortfallRow.id)
        .where(
            ShortfallRow.tenant_id == tenant_id,
            ShortfallRow.state == ShortfallState.ACCEPTED,
            ShortfallRow.period_from >= period.first,
            ShortfallRow.period_until <= period.last,
        )
        .order_by(ShortfallRow.size_percent.desc(), ShortfallRow.id)
    )
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for person_id, shortfall_id in rows:
        found[person_id].append(shortfall_id)
    return found


def _people(cycle: CycleRow, rule: PopulationRule) -> Any:
    inside: list[ColumnElement[bool]] = []
    if rule.unit_ids:
        units = cast(postgresql.array(list(rule.unit_ids), type_=Uuid), postgresql.ARRAY(Uuid))
        inside = [PersonRow.unit_path.bool_op("&&")(units)]
        if rule.include_person_ids:
            inside.append(PersonRow.id.in_(rule.include_person_ids))
    where = [PersonRow.tenant_id == cycle.tenant_id, PersonRow.active]
    return select(PersonRow).where(*where, *([or_(*inside)] if inside else [])).order_by(PersonRow.id)


async def _with_open_interview(session: AsyncSession, cycle: CycleRow) -> set[UUID]:
    rows = await session.scalars(
        select(InterviewRow.employee_id).where(
            InterviewRow.tenant_id == cycle.tenant_id, InterviewRow.state.in_(["open", "in_progress"])
        )
    )
    return set(rows)


async def _holders(session: AsyncSession, tenant_id: UUID) -> set[UUID]:
    """Return who can hold a case: active people who are no placeholders."""
    rows = await session.scalars(
        select(PersonRow.id).where(PersonRow.tenant_id == tenant_id, PersonRow.active, PersonRow.placeholder.is_(False))
    )
    return set(rows)


def _candidate(person: PersonRow) -> Candidate:
    return Candidate(
        person.id,
        person.job_family,
        person.core_family,
        person.employee_type,
        person.hired_on,
        person.left_on,
        person.placeholder,
    )


def _dimensions(person: PersonRow, manager_id: UUID | None) -> dict[str, Any]:
    return {
        "unit_id": str(person.unit_id),
        "unit_path": [str(each) for each in person.unit_path],
        "job_family": person.job_family,
        "core_family": person.core_family,
        "level": person.level,
        "manager_id": str(manager_id) if manager_id else "",
        "employee_type": person.employee_type,
    }
