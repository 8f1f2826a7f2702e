"""The tenant's targets, its zone and its root unit."""

from datetime import date, datetime
from uuid import UUID

from common.database import Reader
from common.workdays import local_date
from sqlalchemy import func, select

from metrics.domain.targets import Target, Targets, default_targets
from metrics.storage.tables import PersonRow, TargetSetRow, TenantZoneRow, UnitRow

_UNKNOWN_ZONE = "UTC"


async def targets_of(reader: Reader, now: datetime) -> Targets:
    """Return the tenant's targets, or the defaults from the day on which the tenant was created."""
    row = await reader.session.get(TargetSetRow, (reader.tenant_id, reader.tenant_id))
    if row is not None:
        return Targets(row.programme_starts_on, tuple(_target(each) for each in row.targets), row.version)
    tenant = await reader.session.get(TenantZoneRow, (reader.tenant_id, reader.tenant_id))
    if tenant is None:
        return default_targets(local_date(now, _UNKNOWN_ZONE))
    return default_targets(local_date(tenant.tenant_created_at, tenant.time_zone))


async def tenant_zone(reader: Reader) -> str:
    """Return the tenant's zone."""
    tenant = await reader.session.get(TenantZoneRow, (reader.tenant_id, reader.tenant_id))
    return tenant.time_zone if tenant else _UNKNOWN_ZONE


async def zone_of_reader(reader: Reader) -> str:
    """Return the caller's own zone, or the tenant's: "today" is the reader's day."""
    me = reader.identity.person_id
    person = await reader.session.get(PersonRow, (reader.tenant_id, me)) if me else None
    return person.time_zone if person else await tenant_zone(reader)


async def root_unit(reader: Reader) -> UUID | None:
    """Return the tenant's root unit."""
    return await reader.session.scalar(
        select(UnitRow.id).where(UnitRow.tenant_id == reader.tenant_id, func.cardinality(UnitRow.path) == 1)
    )


def _target(stored: dict[str, str]) -> Target:
    return Target(stored["kind"], float(stored["percent"]), date.fromisoformat(stored["due_on"]))
