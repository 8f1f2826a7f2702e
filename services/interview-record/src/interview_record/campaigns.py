"""What cycles share: whose they are, what they may not be, and the days that keep notice."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from common.errors import NotYetVisible
from common.transaction import Transaction
from common.workdays import local_date
from sqlalchemy import select

from interview_record.domain.cycles import CycleDates, window_too_short
from interview_record.domain.population import PopulationRule
from interview_record.facts_policy import unit_case
from interview_record.policy import POLICY
from interview_record.storage.calendars import work_time
from interview_record.storage.cycle_tables import CycleRow
from interview_record.storage.directory_tables import PersonRow, UnitRow
from interview_record.storage.facts_queries import newest_version, person_of, rules_of
from interview_record.storage.record_tables import CalendarRow


@dataclass(frozen=True)
class CyclePlan:
    """What a draft says; `name` is (Chinese, English)."""

    name: tuple[str, str]
    playbook_id: UUID
    dates: CycleDates
    population: PopulationRule


async def fill(tx: Transaction, row: CycleRow, plan: CyclePlan) -> None:
    """Write the plan onto the draft.

    Raises Forbidden for units or people that are not the caller's, NotFound for the playbook, NotYetVisible for a
    unit or person, Invalid for dates in disorder or a window that leaves no day for notice.
    """
    plan.dates.check()
    row.unit_ids = list(plan.population.unit_ids)
    row.unit_path = await _covered(tx, plan.population)
    await require_run(tx, row)
    for person_id in sorted(plan.population.include_person_ids):
        person = await person_of(tx.session, tx.tenant_id, person_id)
        POLICY.require(tx.identity, "cycle.run", unit_case(person.unit_path))
    row.name_zh, row.name_en = plan.name[0] or plan.name[1], plan.name[1] or plan.name[0]
    row.playbook_id = plan.playbook_id
    row.playbook_version = await newest_version(tx.session, tx.tenant_id, plan.playbook_id)
    row.period_from, row.period_until = plan.dates.period_from, plan.dates.period_until
    row.window_from, row.window_until = plan.dates.window_from, plan.dates.window_until
    row.population = plan.population.stored()
    await check_window(tx, row)


async def require_run(tx: Transaction, row: CycleRow) -> None:
    """Raise Forbidden, or NotFound, unless the caller may run cycles in every unit of this one."""
    for path in await _paths(tx, row.unit_ids):
        POLICY.require(tx.identity, "cycle.run", unit_case(path), id=row.id)


async def check_window(tx: Transaction, row: CycleRow) -> None:
    """Raise Invalid where nobody's calendar has a day left in the window that keeps the playbook's notice."""
    rules = await rules_of(tx.session, tx.tenant_id, row.playbook_id, row.playbook_version)
    earliest = []
    for code, zone in await _work_times(tx):
        work = await work_time(tx.session, tx.tenant_id, code, zone)
        earliest.append(work.calendar.earliest_start(local_date(tx.now, zone), rules.notice.notice_days))
    if earliest and row.window_until < min(earliest):
        raise window_too_short(min(earliest))


async def _work_times(tx: Transaction) -> list[tuple[str, str]]:
    """Return calendar and zone of the tenant's people, each pair once, where the calendar has arrived."""
    rows = await tx.session.execute(
        select(PersonRow.calendar_code, PersonRow.time_zone)
        .join(
            CalendarRow,
            (CalendarRow.tenant_id == PersonRow.tenant_id) & (CalendarRow.code == PersonRow.calendar_code),
        )
        .where(PersonRow.tenant_id == tx.tenant_id, PersonRow.active)
        .distinct()
    )
    return [(code, zone) for code, zone in rows]


async def _covered(tx: Transaction, population: PopulationRule) -> list[UUID]:
    return list(dict.fromkeys(unit for path in await _paths(tx, population.unit_ids) for unit in path))


async def _paths(tx: Transaction, unit_ids: Sequence[UUID]) -> list[list[UUID]]:
    """Return the units' paths; of the whole tenant, its roots'."""
    if not unit_ids:
        roots = await tx.session.scalars(
            select(UnitRow).where(UnitRow.tenant_id == tx.tenant_id, UnitRow.parent_id.is_(None))
        )
        return [root.path for root in roots] or [[]]
    paths = []
    for unit_id in unit_ids:
        unit = await tx.session.get(UnitRow, (tx.tenant_id, unit_id))
        if unit is None:
            raise NotYetVisible(resource="unit", id=unit_id)
        paths.append(unit.path)
    return paths
