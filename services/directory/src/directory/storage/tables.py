"""The directory's rows."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from common.ids import new_id
from common.tables import TYPES, TenantRow, new_metadata
from sqlalchemy import Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The directory's own metadata."""

    metadata = new_metadata()
    type_annotation_map: ClassVar[dict[Any, Any]] = {**TYPES, list[UUID]: ARRAY(Uuid), list[str]: ARRAY(Text)}


class TenantRecordRow(TenantRow, Base):
    """One enterprise; its id is its tenant id."""

    __tablename__ = "tenant"

    name: Mapped[str]
    region: Mapped[str]
    default_locale: Mapped[str]
    default_time_zone: Mapped[str]
    default_calendar_code: Mapped[str]
    demo: Mapped[bool]


class IssuerRow(Base):
    """Who may vouch for the tenant's people; readable across tenants, since a token names only its issuer."""

    __tablename__ = "issuer"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(primary_key=True)
    audience: Mapped[str]
    jwks_uri: Mapped[str]
    external_id_claim: Mapped[str]
    algorithms: Mapped[list[str]]
    accepts_plain_jwt: Mapped[bool]


class BindingRow(Base):
    """An issuer's subject and the person it was bound to at the first login."""

    __tablename__ = "binding"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    bound_at: Mapped[datetime]


class MachineClientRow(TenantRow, Base):
    """A program that calls by client credentials."""

    __tablename__ = "machine_client"

    issuer: Mapped[str]
    client_id: Mapped[str]
    label: Mapped[str]
    scopes: Mapped[list[str]]
    revoked_at: Mapped[datetime | None]


class UnitRow(TenantRow, Base):
    """A business unit; `path` runs from the root to the unit itself."""

    __tablename__ = "unit"

    code: Mapped[str]
    name: Mapped[str]
    parent_id: Mapped[UUID | None]
    path: Mapped[list[UUID]]
    active: Mapped[bool] = mapped_column(default=True)


class JobFamilyRow(TenantRow, Base):
    """A job family; core ones count for coverage."""

    __tablename__ = "job_family"

    code: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    core: Mapped[bool]


class PersonRow(TenantRow, Base):
    """A person; `chain` holds all managers above, nearest first."""

    __tablename__ = "person"

    external_id: Mapped[str]
    name: Mapped[str]
    mail: Mapped[str]
    post: Mapped[str]
    unit_id: Mapped[UUID]
    unit_path: Mapped[list[UUID]]
    manager_id: Mapped[UUID | None]
    chain: Mapped[list[UUID]]
    job_family: Mapped[str]
    level: Mapped[str]
    employee_type: Mapped[str]
    hired_on: Mapped[date | None]
    left_on: Mapped[date | None]
    leaving_reason: Mapped[str | None]
    locale: Mapped[str]
    time_zone: Mapped[str]
    calendar_code: Mapped[str]
    placeholder: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    next_manager_id: Mapped[UUID | None]
    next_manager_on: Mapped[date | None]


class ManagerSpanRow(Base):
    """A stretch of time under one manager; `until_on` is exclusive."""

    __tablename__ = "manager_span"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    manager_id: Mapped[UUID | None]
    until_on: Mapped[date | None]


class GrantRow(TenantRow, Base):
    """A role over a unit and all under it; without a unit, over the whole tenant."""

    __tablename__ = "role_grant"

    person_id: Mapped[UUID]
    role: Mapped[str]
    unit_id: Mapped[UUID | None]
    granted_by: Mapped[str]
    granted_at: Mapped[datetime]
    revoked_by: Mapped[str | None]
    revoked_at: Mapped[datetime | None]


class ErasedRow(Base):
    """A person whose keys were destroyed; services that come back from a restore ask for these."""

    __tablename__ = "erased"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    erased_at: Mapped[datetime]
