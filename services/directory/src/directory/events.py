"""What the directory tells others: ids, dates and codes; a name or an address never leaves by an event."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.timestamps import to_day, to_optional_timestamp, to_timestamp
from tandem.directory.v1 import events_pb2 as pb
from tandem.directory.v1 import facts_pb2 as facts

from directory.storage.tables import GrantRow, PersonRow, TenantRecordRow, UnitRow


def tenant_facts(tenant: TenantRecordRow, created_at: datetime) -> facts.TenantFacts:
    """State a tenant."""
    return facts.TenantFacts(
        tenant_id=str(tenant.id),
        region=tenant.region,
        default_locale=tenant.default_locale,
        default_time_zone=tenant.default_time_zone,
        default_calendar_code=tenant.default_calendar_code,
        demo=tenant.demo,
        created_at=to_timestamp(created_at),
    )


def unit_facts(unit: UnitRow) -> facts.UnitFacts:
    """State a unit."""
    return facts.UnitFacts(
        unit_id=str(unit.id),
        parent_id=_id(unit.parent_id),
        path=[str(each) for each in unit.path],
        active=unit.active,
    )


def person_facts(person: PersonRow, core: bool) -> facts.PersonFacts:
    """State a person; `core` tells whether their job family counts for coverage."""
    return facts.PersonFacts(
        person_id=str(person.id),
        unit_id=str(person.unit_id),
        unit_path=[str(each) for each in person.unit_path],
        manager_id=_id(person.manager_id),
        job_family=person.job_family,
        core_family=core,
        level=person.level,
        employee_type=facts.EmployeeType.Value(f"EMPLOYEE_TYPE_{person.employee_type.upper()}"),
        hired_on=to_day(person.hired_on),
        left_on=to_day(person.left_on),
        leaving_reason=leaving_reason(person.leaving_reason),
        locale=person.locale,
        time_zone=person.time_zone,
        calendar_code=person.calendar_code,
        placeholder=person.placeholder,
        active=person.active,
        external_id=person.external_id,
    )


def grant_facts(grant: GrantRow) -> facts.GrantFacts:
    """State a grant."""
    return facts.GrantFacts(
        grant_id=str(grant.id),
        person_id=str(grant.person_id),
        role=facts.Role.Value(f"ROLE_{grant.role.upper()}"),
        unit_id=_id(grant.unit_id),
        granted_at=to_timestamp(grant.granted_at),
        revoked_at=to_optional_timestamp(grant.revoked_at),
    )


def tenant_created(tenant: TenantRecordRow, created_at: datetime) -> pb.TenantCreated:
    """A tenant begins."""
    return pb.TenantCreated(tenant=tenant_facts(tenant, created_at))


def unit_changed(unit: UnitRow) -> pb.UnitChanged:
    """A unit was created, moved, renamed or ended."""
    return pb.UnitChanged(unit=unit_facts(unit))


def person_changed(person: PersonRow, core: bool) -> pb.PersonChanged:
    """Anything of a person changed."""
    return pb.PersonChanged(person=person_facts(person, core))


def person_manager_changed(
    person: PersonRow, core: bool, previous: UUID | None, effective_on: str, effective_at: datetime
) -> pb.PersonManagerChanged:
    """The new manager's first day has come."""
    return pb.PersonManagerChanged(
        person=person_facts(person, core),
        previous_manager_id=_id(previous),
        new_manager_id=_id(person.manager_id),
        effective_on=effective_on,
        effective_at=to_timestamp(effective_at),
    )


def person_left(person: PersonRow, core: bool, left_at: datetime) -> pb.PersonLeft:
    """The last day is over."""
    return pb.PersonLeft(person=person_facts(person, core), left_at=to_timestamp(left_at))


def grant_changed(grant: GrantRow) -> pb.GrantChanged:
    """A role was given or taken back."""
    return pb.GrantChanged(grant=grant_facts(grant))


def leaving_reason(reason: str | None) -> facts.LeavingReason.ValueType:
    """Return the contract's word for a reason, unspecified where there is none."""
    return facts.LeavingReason.Value(f"LEAVING_REASON_{(reason or 'unspecified').upper()}")


def _id(id: UUID | None) -> str:
    return str(id) if id else ""
