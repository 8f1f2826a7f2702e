"""Between the directory's contract and its rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from common.timestamps import to_day, to_optional_timestamp, to_timestamp
from google.protobuf.message import Message
from tandem.common.v1.localized_pb2 import LocalizedText
from tandem.directory.v1 import (
    facts_pb2,
    grant_pb2,
    identity_pb2,
    job_family_pb2,
    person_lookup_pb2,
    person_pb2,
    tenant_pb2,
    unit_pb2,
)

from directory import events
from directory.storage.tables import (
    GrantRow,
    IssuerRow,
    JobFamilyRow,
    MachineClientRow,
    ManagerSpanRow,
    PersonRow,
    TenantRecordRow,
    UnitRow,
)


def id_or_none(text: str) -> UUID | None:
    """Return the id, or None for the empty string."""
    return UUID(text) if text else None


def day_or_none(text: str) -> date | None:
    """Return the day, or None for the empty string."""
    return date.fromisoformat(text) if text else None


def given(request: Message, fields: Iterable[str]) -> dict[str, Any]:
    """Return those of the optional fields that the request sets."""
    names = {descriptor.name for descriptor, _ in request.ListFields()}
    return {field: getattr(request, field) for field in fields if field in names}


def word(name: str, prefix: str) -> str:
    """Return an enum's name as the word that tables hold: EMPLOYEE_TYPE_NEW_HIRE is new_hire."""
    found = name.removeprefix(prefix).lower()
    return "" if found == "unspecified" else found


def employee_type(value: facts_pb2.EmployeeType.ValueType) -> str:
    """Return the word of an employee type."""
    return word(facts_pb2.EmployeeType.Name(value), "EMPLOYEE_TYPE_")


def role(value: facts_pb2.Role.ValueType) -> str:
    """Return the word of a role."""
    return word(facts_pb2.Role.Name(value), "ROLE_")


def leaving_reason(value: facts_pb2.LeavingReason.ValueType) -> str:
    """Return the word of a leaving reason."""
    return word(facts_pb2.LeavingReason.Name(value), "LEAVING_REASON_")


def tenant(row: TenantRecordRow) -> tenant_pb2.Tenant:
    """Map a tenant."""
    return tenant_pb2.Tenant(
        id=str(row.id),
        name=row.name,
        region=row.region,
        default_locale=row.default_locale,
        default_time_zone=row.default_time_zone,
        default_calendar_code=row.default_calendar_code,
        demo=row.demo,
        created_at=to_timestamp(row.created_at),
        version=row.version,
    )


def issuer(row: IssuerRow) -> identity_pb2.Issuer:
    """Map an issuer."""
    return identity_pb2.Issuer(
        issuer=row.issuer,
        tenant_id=str(row.tenant_id),
        audience=row.audience,
        jwks_uri=row.jwks_uri,
        external_id_claim=row.external_id_claim,
        algorithms=row.algorithms,
        accepts_plain_jwt=row.accepts_plain_jwt,
    )


def machine_client(row: MachineClientRow) -> identity_pb2.MachineClient:
    """Map a machine client."""
    return identity_pb2.MachineClient(
        id=str(row.id),
        issuer=row.issuer,
        client_id=row.client_id,
        label=row.label,
        scopes=row.scopes,
        created_at=to_timestamp(row.created_at),
        revoked_at=to_optional_timestamp(row.revoked_at),
        version=row.version,
    )


def unit(row: UnitRow) -> unit_pb2.Unit:
    """Map a unit."""
    return unit_pb2.Unit(
        id=str(row.id),
        code=row.code,
        name=row.name,
        parent_id=str(row.parent_id or ""),
        path=[str(each) for each in row.path],
        active=row.active,
        version=row.version,
    )


def job_family(row: JobFamilyRow) -> job_family_pb2.JobFamily:
    """Map a job family."""
    name = LocalizedText(zh_cn=row.name_zh, en=row.name_en)
    return job_family_pb2.JobFamily(id=str(row.id), code=row.code, name=name, core=row.core, version=row.version)


def grant(row: GrantRow) -> grant_pb2.Grant:
    """Map a grant."""
    return grant_pb2.Grant(
        id=str(row.id),
        person_id=str(row.person_id),
        role=facts_pb2.Role.Value(f"ROLE_{row.role.upper()}"),
        unit_id=str(row.unit_id or ""),
        granted_by=row.granted_by,
        granted_at=to_timestamp(row.granted_at),
        revoked_by=row.revoked_by or "",
        revoked_at=to_optional_timestamp(row.revoked_at),
        version=row.version,
    )


def person(row: PersonRow, *, contact: bool = True) -> person_pb2.Person:
    """Map a person; without `contact` the address is left out."""
    return person_pb2.Person(
        id=str(row.id),
        external_id=row.external_id,
        name=row.name,
        mail=row.mail if contact else "",
        post=row.post,
        unit_id=str(row.unit_id),
        manager_id=str(row.manager_id or ""),
        job_family=row.job_family,
        level=row.level,
        employee_type=facts_pb2.EmployeeType.Value(f"EMPLOYEE_TYPE_{row.employee_type.upper()}"),
        hired_on=to_day(row.hired_on),
        left_on=to_day(row.left_on),
        leaving_reason=events.leaving_reason(row.leaving_reason),
        locale=row.locale,
        time_zone=row.time_zone,
        calendar_code=row.calendar_code,
        placeholder=row.placeholder,
        active=row.active,
        version=row.version,
        next_manager_id=str(row.next_manager_id or ""),
        next_manager_on=to_day(row.next_manager_on),
    )


def manager_span(row: ManagerSpanRow) -> person_pb2.ManagerSpan:
    """Map a stretch of time under one manager."""
    return person_pb2.ManagerSpan(
        manager_id=str(row.manager_id or ""), from_on=to_day(row.from_on), until_on=to_day(row.until_on)
    )


def colleague(row: PersonRow) -> person_lookup_pb2.Colleague:
    """Map what anybody may know of a person."""
    return person_lookup_pb2.Colleague(person_id=str(row.id), external_id=row.external_id, name=row.name, post=row.post)


def contact(row: PersonRow) -> person_lookup_pb2.Contact:
    """Map what is needed to write to a person."""
    return person_lookup_pb2.Contact(
        person_id=str(row.id),
        name=row.name,
        mail=row.mail,
        locale=row.locale,
        time_zone=row.time_zone,
        active=row.active,
    )
