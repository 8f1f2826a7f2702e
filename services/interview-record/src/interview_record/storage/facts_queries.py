"""What rules of this service ask of people, playbooks and shortfalls."""

from collections.abc import Sequence
from uuid import UUID

from common.errors import NotFound, NotYetVisible
from sqlalchemy import ScalarSelect, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from interview_record.domain.decisions import ShortfallState
from interview_record.rules import PlaybookRules, read_rules
from interview_record.storage.cycle_tables import PlaybookRow, PlaybookVersionRow
from interview_record.storage.directory_tables import PersonRow
from interview_record.storage.facts_tables import ShortfallRow


async def person_of(session: AsyncSession, tenant_id: UUID, person_id: UUID) -> PersonRow:
    """Return the read copy of a person; raise NotYetVisible while there is none."""
    person = await session.get(PersonRow, (tenant_id, person_id))
    if person is None:
        raise NotYetVisible(resource="person", id=person_id)
    return person


async def manager_of(session: AsyncSession, person: PersonRow) -> UUID | None:
    """Return who holds the person's cases: the manager, or None for nobody, a placeholder or somebody who left."""
    if person.manager_id is None:
        return None
    manager = await session.get(PersonRow, (person.tenant_id, person.manager_id))
    if manager is None:
        raise NotYetVisible(resource="person", id=person.manager_id)
    return manager.id if manager.active and not manager.placeholder else None


async def managers_above(session: AsyncSession, person: PersonRow) -> tuple[UUID, ...]:
    """Return the managers above the person's own manager, nearest first."""
    return tuple(person.managers_above)


def managers_above_column(
    tenant_id: InstrumentedAttribute[UUID], person_id: InstrumentedAttribute[UUID]
) -> ScalarSelect[list[UUID]]:
    """Return the same as an expression beside a row that names the person."""
    above = select(PersonRow.managers_above).where(PersonRow.tenant_id == tenant_id, PersonRow.id == person_id)
    return above.correlate_except(PersonRow).scalar_subquery()


async def rules_of(session: AsyncSession, tenant_id: UUID, playbook_id: UUID, version: int) -> PlaybookRules:
    """Return the rules of one version of a playbook; raise NotFound for one that does not exist."""
    row = await session.get(PlaybookVersionRow, (tenant_id, playbook_id, version))
    if row is None:
        raise NotFound(resource="playbook", id=playbook_id)
    return read_rules(row.rules)


async def newest_version(session: AsyncSession, tenant_id: UUID, playbook_id: UUID) -> int:
    """Return the published version that new cases begin with; raise NotFound where none is published."""
    row = await session.get(PlaybookRow, (tenant_id, playbook_id))
    if row is None or not row.published_version:
        raise NotFound(resource="playbook", id=playbook_id)
    return row.published_version


async def still_accepted(session: AsyncSession, tenant_id: UUID, shortfall_ids: Sequence[UUID]) -> list[UUID]:
    """Return those of the shortfalls that are accepted now, in the order given."""
    rows = await session.scalars(
        select(ShortfallRow.id).where(
            ShortfallRow.tenant_id == tenant_id,
            ShortfallRow.id.in_(shortfall_ids),
            ShortfallRow.state == ShortfallState.ACCEPTED,
        )
    )
    accepted = set(rows)
    return [each for each in shortfall_ids if each in accepted]


async def shortfalls_of(
    session: AsyncSession, tenant_id: UUID, person_id: UUID, shortfall_ids: Sequence[UUID]
) -> list[ShortfallRow]:
    """Return the named accepted shortfalls of the person; raise NotFound for any that is not one."""
    if not shortfall_ids:
        return []
    rows = await session.scalars(
        select(ShortfallRow).where(
            ShortfallRow.tenant_id == tenant_id,
            ShortfallRow.person_id == person_id,
            ShortfallRow.state == ShortfallState.ACCEPTED,
            ShortfallRow.id.in_(shortfall_ids),
        )
    )
    found = {row.id: row for row in rows}
    if missing := [each for each in shortfall_ids if each not in found]:
        raise NotFound(resource="shortfall", id=missing[0])
    return [found[each] for each in shortfall_ids]
