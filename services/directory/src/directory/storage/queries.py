"""Read models of the directory; lists are filtered by what the caller may see."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from common.database import Reader
from common.errors import NotFound
from common.pagination import Page
from common.policy import Columns, Policy
from common.tables import TenantRow
from sqlalchemy import ColumnElement, func, literal, or_, select

from directory.storage.tables import (
    GrantRow,
    IssuerRow,
    JobFamilyRow,
    MachineClientRow,
    ManagerSpanRow,
    PersonRow,
    UnitRow,
)

R = TypeVar("R", bound=TenantRow)
POLICY = Policy.load("directory")
PERSON_COLUMNS = Columns(
    person_id=PersonRow.id, manager_id=PersonRow.manager_id, chain=PersonRow.chain, unit_path=PersonRow.unit_path
)
COLLEAGUES = 20


async def find(reader: Reader, row: type[R], id: UUID, resource: str) -> R:
    """Return the row; raise NotFound."""
    found = await reader.session.get(row, (reader.tenant_id, id))
    if found is None:
        raise NotFound(resource=resource, id=id)
    return found


async def find_person(reader: Reader, person_id: UUID) -> PersonRow:
    """Return a person whom the caller may see; raise NotFound for anyone else."""
    found = await reader.session.scalar(
        select(PersonRow).where(
            PersonRow.tenant_id == reader.tenant_id,
            PersonRow.id == person_id,
            POLICY.predicate(reader.identity, "person.read", PERSON_COLUMNS),
        )
    )
    if found is None:
        raise NotFound(resource="person", id=person_id)
    return found


async def list_people(
    reader: Reader,
    page: Page,
    *,
    under_unit_id: UUID | None = None,
    manager_id: UUID | None = None,
    job_family: str = "",
    employee_type: str = "",
    external_id: str = "",
    name: str = "",
    include_inactive: bool = False,
    placeholders_only: bool = False,
) -> tuple[Sequence[PersonRow], str]:
    """Return a page of the people whom the caller may see, by name."""
    where: list[ColumnElement[bool]] = [
        PersonRow.tenant_id == reader.tenant_id,
        POLICY.predicate(reader.identity, "person.read", PERSON_COLUMNS),
    ]
    if under_unit_id:
        where.append(literal(under_unit_id) == func.any(PersonRow.unit_path))
    if manager_id:
        where.append(PersonRow.manager_id == manager_id)
    if job_family:
        where.append(PersonRow.job_family == job_family)
    if employee_type:
        where.append(PersonRow.employee_type == employee_type)
    if external_id:
        where.append(PersonRow.external_id == external_id)
    if name:
        where.append(_name_begins(name))
    if not include_inactive:
        where.append(PersonRow.active.is_(True))
    if placeholders_only:
        where.append(PersonRow.placeholder.is_(True))
    statement = page.apply(select(PersonRow).where(*where), PersonRow.name, PersonRow.id)
    rows = (await reader.session.scalars(statement)).all()
    return page.close(rows, lambda row: (row.name, row.id))


async def find_colleagues(reader: Reader, text: str) -> Sequence[PersonRow]:
    """Return active people of this id in the HR system or whose name begins so, by name; at most 20."""
    return (
        await reader.session.scalars(
            select(PersonRow)
            .where(
                PersonRow.tenant_id == reader.tenant_id,
                PersonRow.active.is_(True),
                PersonRow.placeholder.is_(False),
                or_(PersonRow.external_id == text, _name_begins(text)),
            )
            .order_by(PersonRow.external_id != text, PersonRow.name, PersonRow.id)
            .limit(COLLEAGUES)
        )
    ).all()


async def people_by_id(reader: Reader, ids: Sequence[UUID]) -> Sequence[PersonRow]:
    """Return the people with these ids; unknown ones are left out."""
    return (
        await reader.session.scalars(
            select(PersonRow).where(PersonRow.tenant_id == reader.tenant_id, PersonRow.id.in_(ids))
        )
    ).all()


async def manager_line(reader: Reader, person_id: UUID) -> Sequence[ManagerSpanRow]:
    """Return a person's managers over time, oldest first."""
    return (
        await reader.session.scalars(
            select(ManagerSpanRow)
            .where(ManagerSpanRow.tenant_id == reader.tenant_id, ManagerSpanRow.person_id == person_id)
            .order_by(ManagerSpanRow.from_on)
        )
    ).all()


async def list_units(
    reader: Reader, page: Page, *, under_unit_id: UUID | None, include_inactive: bool, code: str
) -> tuple[Sequence[UnitRow], str]:
    """Return a page of units, parents before children."""
    where: list[ColumnElement[bool]] = [UnitRow.tenant_id == reader.tenant_id]
    if under_unit_id:
        where.append(literal(under_unit_id) == func.any(UnitRow.path))
    if not include_inactive:
        where.append(UnitRow.active.is_(True))
    if code:
        where.append(UnitRow.code == code)
    depth = func.cardinality(UnitRow.path)
    rows = (await reader.session.scalars(page.apply(select(UnitRow).where(*where), depth, UnitRow.code))).all()
    return page.close(rows, lambda row: (len(row.path), row.code))


async def list_job_families(reader: Reader, page: Page) -> tuple[Sequence[JobFamilyRow], str]:
    """Return a page of job families by code."""
    statement = select(JobFamilyRow).where(JobFamilyRow.tenant_id == reader.tenant_id)
    rows = (await reader.session.scalars(page.apply(statement, JobFamilyRow.code))).all()
    return page.close(rows, lambda row: (row.code,))


async def list_grants(
    reader: Reader, page: Page, *, person_id: UUID | None, role: str, unit_id: UUID | None, include_revoked: bool
) -> tuple[Sequence[GrantRow], str]:
    """Return a page of grants, oldest first."""
    where: list[ColumnElement[bool]] = [GrantRow.tenant_id == reader.tenant_id]
    if person_id:
        where.append(GrantRow.person_id == person_id)
    if role:
        where.append(GrantRow.role == role)
    if unit_id:
        where.append(GrantRow.unit_id == unit_id)
    if not include_revoked:
        where.append(GrantRow.revoked_at.is_(None))
    rows = (await reader.session.scalars(page.apply(select(GrantRow).where(*where), GrantRow.id))).all()
    return page.close(rows, lambda row: (row.id,))


async def grants_of(reader: Reader, person_id: UUID) -> Sequence[GrantRow]:
    """Return the grants that a person holds now."""
    return (
        await reader.session.scalars(
            select(GrantRow).where(
                GrantRow.tenant_id == reader.tenant_id, GrantRow.person_id == person_id, GrantRow.revoked_at.is_(None)
            )
        )
    ).all()


async def list_machine_clients(reader: Reader, page: Page) -> tuple[Sequence[MachineClientRow], str]:
    """Return a page of machine clients, oldest first."""
    statement = select(MachineClientRow).where(MachineClientRow.tenant_id == reader.tenant_id)
    rows = (await reader.session.scalars(page.apply(statement, MachineClientRow.id))).all()
    return page.close(rows, lambda row: (row.id,))


async def issuers(reader: Reader) -> Sequence[IssuerRow]:
    """Return the issuers of all tenants."""
    return (await reader.session.scalars(select(IssuerRow).order_by(IssuerRow.issuer))).all()


def _name_begins(name: str) -> ColumnElement[bool]:
    """Return the condition that the name, or its second word, begins so."""
    return or_(PersonRow.name.istartswith(name, autoescape=True), PersonRow.name.icontains(f" {name}", autoescape=True))
