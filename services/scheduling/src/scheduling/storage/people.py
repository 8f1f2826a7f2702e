"""People and lines of managers from the read copy."""

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from common.errors import NotYetVisible
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from scheduling.storage.copy_tables import PersonRow, UnitRow


class Source(Protocol):
    """A transaction or a reader."""

    @property
    def session(self) -> AsyncSession:
        """Return the session in the tenant's scope."""

    @property
    def tenant_id(self) -> UUID:
        """Return the tenant."""


async def person_of(source: Source, person_id: UUID) -> PersonRow:
    """Return the read copy of a person; raise NotYetVisible while there is none."""
    person = await source.session.get(PersonRow, (source.tenant_id, person_id))
    if person is None:
        raise NotYetVisible(resource="person", id=person_id)
    return person


async def unit_of(source: Source, unit_id: UUID) -> UnitRow:
    """Return the read copy of a unit; raise NotYetVisible while there is none."""
    unit = await source.session.get(UnitRow, (source.tenant_id, unit_id))
    if unit is None:
        raise NotYetVisible(resource="unit", id=unit_id)
    return unit


async def managers_above(source: Source, person_id: UUID) -> list[UUID]:
    """Return everyone above the person in the line, their own manager included."""
    line = (
        select(PersonRow.manager_id)
        .where(PersonRow.tenant_id == source.tenant_id, PersonRow.id == person_id)
        .cte("line", recursive=True)
    )
    # UNION, not UNION ALL: a loop in the read copy ends instead of running for ever.
    line = line.union(
        select(PersonRow.manager_id).where(PersonRow.tenant_id == source.tenant_id, PersonRow.id == line.c.manager_id)
    )
    found = await source.session.scalars(select(line.c.manager_id).where(line.c.manager_id.is_not(None)))
    return list(found)


def below(tenant_id: UUID, manager_ids: Collection[UUID]) -> Select[UUID]:
    """Return the query for everyone below the managers, direct reports included."""
    line = (
        select(PersonRow.id)
        .where(PersonRow.tenant_id == tenant_id, PersonRow.manager_id.in_(list(manager_ids)))
        .cte("below", recursive=True)
    )
    line = line.union(select(PersonRow.id).where(PersonRow.tenant_id == tenant_id, PersonRow.manager_id == line.c.id))
    return select(line.c.id)
