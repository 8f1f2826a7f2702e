"""Current state as events, chunk by chunk."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from common.snapshots import Snapshot
from common.tables import TenantRow
from common.transaction import Transaction
from sqlalchemy import select
from tandem.directory.v1 import events_pb2 as pb

from directory import events
from directory.people import is_core
from directory.storage.tables import GrantRow, PersonRow, TenantRecordRow, UnitRow

CHUNK = 200
R = TypeVar("R", bound=TenantRow)


async def _chunk(tx: Transaction, row: type[R], after: UUID | None) -> Sequence[R]:
    statement = select(row).where(row.tenant_id == tx.tenant_id).order_by(row.id).limit(CHUNK)
    return (await tx.session.scalars(statement.where(row.id > after) if after else statement)).all()


def _end(rows: Sequence[TenantRow]) -> tuple[int, UUID | None]:
    return len(rows), rows[-1].id if len(rows) == CHUNK else None


async def _people(tx: Transaction, after: UUID | None) -> tuple[int, UUID | None]:
    rows = await _chunk(tx, PersonRow, after)
    for row in rows:
        facts = events.person_facts(row, await is_core(tx, row.job_family))
        tx.publish(row.id, pb.PersonSnapshot(person=facts))
    return _end(rows)


async def _units(tx: Transaction, after: UUID | None) -> tuple[int, UUID | None]:
    rows = await _chunk(tx, UnitRow, after)
    for row in rows:
        tx.publish(row.id, pb.UnitSnapshot(unit=events.unit_facts(row)))
    return _end(rows)


async def _grants(tx: Transaction, after: UUID | None) -> tuple[int, UUID | None]:
    rows = await _chunk(tx, GrantRow, after)
    for row in rows:
        tx.publish(row.id, pb.GrantSnapshot(grant=events.grant_facts(row)))
    return _end(rows)


async def _tenant(tx: Transaction, after: UUID | None) -> tuple[int, UUID | None]:
    tenant = await tx.get(TenantRecordRow, tx.tenant_id, lock=False)
    tx.publish(tenant.id, pb.TenantSnapshot(tenant=events.tenant_facts(tenant, tenant.created_at)))
    return 1, None


SNAPSHOTS: dict[str, Snapshot] = {"person": _people, "unit": _units, "grant": _grants, "tenant": _tenant}
