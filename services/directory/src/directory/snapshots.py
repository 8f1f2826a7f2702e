"""Current state as events, chunk by chunk."""

from uuid import UUID

from common.snapshots import Snapshot
from common.transaction import Transaction
from sqlalchemy import select
from tandem.directory.v1 import events_pb2 as pb

from directory import events
from directory.people import is_core
from directory.storage.tables import GrantRow, PersonRow, TenantRecordRow, UnitRow

CHUNK = 200


async def _people(tx: Transaction, after: UUID | None) -> tuple[int, UUID | None]:
    statement = select(PersonRow).where(PersonRow.tenant_id == tx.tenant_id).order_by(PersonRow.id).limit(CHUNK)
    rows = (await tx.session.scalars(statement.where(PersonRow.id > after) if after else statement)).all()
    for row in rows:
        facts = events.person_facts(row, await is_core(tx, row.job_family))
        tx.publish(row.id, pb.PersonSnapshot(person=facts))
    return len(rows), rows[-1].id if len(rows) == CHUNK else None


async def _units(tx: Transaction, after: UUID | None) -> tuple[int, UUID | None]:
    statement = select(UnitRow).where(UnitRow.tenant_id == tx.tenant_id).order_by(UnitRow.id).limit(CHUNK)
    rows = (await tx.session.scalars(statement.where(UnitRow.id > after) if after else statement)).all()
    for row in rows:
        tx.publish(row.id, pb.UnitSnapshot(unit=events.unit_facts(row)))
    return len(rows), rows[-1].id if len(rows) == CHUNK else None


async def _grants(tx: Transaction, after: UUID | None) -> tuple[int, UUID | None]:
    statement = select(GrantRow).where(GrantRow.tenant_id == tx.tenant_id).order_by(GrantRow.id).limit(CHUNK)
    rows = (await tx.session.scalars(statement.where(GrantRow.id > after) if after else statement)).all()
    for row in rows:
        tx.publish(row.id, pb.GrantSnapshot(grant=events.grant_facts(row)))
    return len(rows), rows[-1].id if len(rows) == CHUNK else None


async def _tenant(tx: Transaction, after: UUID | None) -> tuple[int, UUID | None]:
    tenant = await tx.get(TenantRecordRow, tx.tenant_id, lock=False)
    tx.publish(tenant.id, pb.TenantSnapshot(tenant=events.tenant_facts(tenant, tenant.created_at)))
    return 1, None


SNAPSHOTS: dict[str, Snapshot] = {"person": _people, "unit": _units, "grant": _grants, "tenant": _tenant}
