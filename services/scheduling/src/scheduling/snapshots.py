"""Current state as events, chunk by chunk."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from common.snapshots import Snapshot
from common.tables import TenantRow
from common.transaction import Transaction
from sqlalchemy import select

from scheduling import events
from scheduling.storage.calendars import years_of
from scheduling.storage.tables import BookingRow, CalendarRow, StepRow

CHUNK = 200
R = TypeVar("R", bound=TenantRow)


async def _calendars(tx: Transaction, after: UUID | None) -> tuple[int, UUID | None]:
    rows = await _chunk(tx, CalendarRow, after)
    for row in rows:
        tx.publish(row.id, events.calendar_snapshot(row, await years_of(tx, row.id)))
    return len(rows), _last(rows)


async def _bookings(tx: Transaction, after: UUID | None) -> tuple[int, UUID | None]:
    rows = await _chunk(tx, BookingRow, after)
    for row in rows:
        tx.publish(row.id, events.booking_snapshot(row))
    return len(rows), _last(rows)


async def _steps(tx: Transaction, after: UUID | None) -> tuple[int, UUID | None]:
    rows = await _chunk(tx, StepRow, after)
    for row in rows:
        tx.publish(row.id, events.step_event(row))
    return len(rows), _last(rows)


async def _chunk(tx: Transaction, row: type[R], after: UUID | None) -> Sequence[R]:
    statement = select(row).where(row.tenant_id == tx.tenant_id).order_by(row.id).limit(CHUNK)
    return (await tx.session.scalars(statement.where(row.id > after) if after else statement)).all()


def _last(rows: Sequence[TenantRow]) -> UUID | None:
    return rows[-1].id if len(rows) == CHUNK else None


SNAPSHOTS: dict[str, Snapshot] = {"calendar": _calendars, "booking": _bookings, "step": _steps}
