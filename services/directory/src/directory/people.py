"""Writing people: lines of managers, paths of units, and the events that say so."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from common.errors import NotFound
from common.transaction import Transaction
from sqlalchemy import select, text, update

from directory import events
from directory.domain.days import beginning, end, today
from directory.domain.errors import ManagerLoop
from directory.storage.tables import JobFamilyRow, ManagerSpanRow, PersonRow, UnitRow

# Everybody below the person, with the line above each made anew.
_CHAINS_BELOW = text("""
WITH RECURSIVE line AS (
    SELECT id, chain FROM person WHERE tenant_id = :tenant AND id = :person
    UNION ALL
    SELECT below.id, array_prepend(line.id, line.chain)
    FROM person AS below JOIN line ON below.manager_id = line.id
    WHERE below.tenant_id = :tenant AND NOT below.id = ANY (line.chain)
)
UPDATE person SET chain = line.chain FROM line
WHERE person.tenant_id = :tenant AND person.id = line.id AND person.id <> :person
""")


async def is_core(tx: Transaction, family: str) -> bool:
    """Tell whether the job family counts for coverage; raise NotFound for an unknown one."""
    found = await tx.session.scalar(
        select(JobFamilyRow.core).where(JobFamilyRow.tenant_id == tx.tenant_id, JobFamilyRow.code == family)
    )
    if found is None:
        raise NotFound(resource="job_family", id=family)
    return bool(found)


async def set_manager(tx: Transaction, person: PersonRow, manager_id: UUID | None, from_on: date) -> None:
    """Put the person under the manager from the day on, and everybody below them into the new line.

    Raises NotFound for an unknown manager and ManagerLoop for one who reports to the person.
    """
    chain: list[UUID] = []
    if manager_id is not None:
        manager = await tx.get(PersonRow, manager_id, lock=False)
        if manager_id == person.id or person.id in manager.chain:
            raise ManagerLoop
        chain = [manager.id, *manager.chain]
    person.manager_id, person.chain = manager_id, chain
    await tx.session.flush()
    await tx.session.execute(_CHAINS_BELOW, {"tenant": tx.tenant_id, "person": person.id})
    spans = ManagerSpanRow
    await tx.session.execute(
        update(spans)
        .where(spans.tenant_id == tx.tenant_id, spans.person_id == person.id, spans.until_on.is_(None))
        .values(until_on=from_on)
    )
    await tx.session.merge(
        ManagerSpanRow(
            tenant_id=tx.tenant_id, person_id=person.id, from_on=from_on, manager_id=manager_id, until_on=None
        )
    )


async def hand_over(tx: Transaction, person: PersonRow, manager_id: UUID | None, from_on: date) -> None:
    """Make the manager change effective now, and say so."""
    previous = person.manager_id
    await set_manager(tx, person, manager_id, from_on)
    person.next_manager_id = person.next_manager_on = None
    await tx.cancel_due("manager_change", person.id)
    core = await is_core(tx, person.job_family)
    tx.publish(person.id, events.person_changed(person, core))
    since = beginning(from_on, person.time_zone)
    tx.publish(person.id, events.person_manager_changed(person, core, previous, from_on.isoformat(), since))


async def end_employment(tx: Transaction, person: PersonRow) -> None:
    """Make the leaving effective: the person is inactive, and those who reported to them have no manager."""
    if person.left_on is None:
        raise ValueError("no last day is known")
    person.active = False
    core = await is_core(tx, person.job_family)
    tx.publish(person.id, events.person_changed(person, core))
    tx.publish(person.id, events.person_left(person, core, end(person.left_on, person.time_zone)))
    tx.hint("standing", person.id)
    for report in await reports_of(tx, person.id):
        await hand_over(tx, report, None, today(tx.now, report.time_zone))


async def reports_of(tx: Transaction, manager_id: UUID) -> Sequence[PersonRow]:
    """Return the active people who report to the manager."""
    return (
        await tx.session.scalars(
            select(PersonRow)
            .where(PersonRow.tenant_id == tx.tenant_id, PersonRow.manager_id == manager_id, PersonRow.active)
            .with_for_update()
        )
    ).all()


async def move_people(tx: Transaction, unit: UnitRow) -> None:
    """Give the people directly in the unit its new path, and say so."""
    people = await tx.session.scalars(
        select(PersonRow).where(PersonRow.tenant_id == tx.tenant_id, PersonRow.unit_id == unit.id).with_for_update()
    )
    for person in people:
        person.unit_path = unit.path
        tx.publish(person.id, events.person_changed(person, await is_core(tx, person.job_family)))
