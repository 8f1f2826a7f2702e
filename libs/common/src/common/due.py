"""Everything that waits is a due row, swept with a lease; nothing waits in memory."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, func, or_, select, tuple_, update

from common import tables
from common.errors import AlreadyHandled, NotYetVisible
from common.logging import get_logger
from common.tracing import root_span

if TYPE_CHECKING:
    from common.database import Database

LEASE = timedelta(seconds=60)
BATCH = 50
LONGEST_WAIT = timedelta(minutes=10)
log = get_logger(__name__)


@dataclass(frozen=True)
class Due:
    """One due row; `due_at` is business time of the tenant."""

    tenant_id: UUID
    kind: str
    object_id: UUID
    key: str
    due_at: datetime


Deadline = Callable[["Database", Due], Awaitable[None]]


class DueSweeper:
    """Leases rows that are due by their tenant's clock and runs their handler; a failed one is tried again later."""

    def __init__(self, database: "Database", deadlines: Mapping[str, Deadline], *, pause: float = 0.5) -> None:
        self._database = database
        self._deadlines = deadlines
        self._pause = pause
        self._wake = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Sweep now rather than after the pause."""
        self._wake.set()

    def stop(self) -> None:
        """End after the row at hand."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Sweep until stopped."""
        while not self._stopping:
            try:
                swept = await self.sweep()
            except Exception as failed:
                log.error("due_sweep_failed", error=type(failed).__name__)
                swept = 0
            if swept < BATCH and not self._stopping:
                self._wake.clear()
                try:
                    await asyncio.wait_for(self._wake.wait(), self._pause)
                except TimeoutError:
                    continue

    async def sweep(self) -> int:
        """Handle one batch of due rows; returns how many were leased."""
        leased = await self._lease()
        for due, attempts in leased:
            await self._handle(due, attempts)
        return len(leased)

    async def _lease(self) -> list[tuple[Due, int]]:
        column = tables.due.c
        clock = self._database.clock
        moved = clock.moved_tenants()
        is_due = [and_(column.due_at <= clock.system(), column.tenant_id.not_in(moved))]
        is_due += [and_(column.tenant_id == tenant, column.due_at <= clock.now(tenant)) for tenant in moved]
        key = (column.tenant_id, column.kind, column.object_id, column.key)
        async with self._database.worker() as connection:
            ripe = (
                select(*key)
                .where(
                    or_(*is_due),
                    column.kind.in_(list(self._deadlines)),
                    or_(column.leased_until.is_(None), column.leased_until < func.now()),
                )
                .order_by(column.due_at)
                .limit(BATCH)
                .with_for_update(skip_locked=True)
            )
            rows = await connection.execute(
                update(tables.due)
                .where(tuple_(*key).in_(ripe))
                .values(leased_until=func.now() + LEASE, attempts=column.attempts + 1)
                .returning(*key, column.due_at, column.attempts)
            )
            found = [(Due(row[0], row[1], row[2], row[3], row[4]), row[5]) for row in rows]
        return sorted(found, key=lambda each: each[0].due_at)

    async def _handle(self, due: Due, attempts: int) -> None:
        try:
            facts: dict[str, str | int] = {"tandem.object.id": str(due.object_id), "tandem.attempts": attempts}
            with root_span(f"deadline {due.kind}", facts, but=(AlreadyHandled, NotYetVisible)):
                async with asyncio.timeout(20):
                    await self._deadlines[due.kind](self._database, due)
        except AlreadyHandled:
            return
        except NotYetVisible:
            await self._retry_at(due, timedelta(milliseconds=300))
        except Exception as failed:
            log.error(
                "deadline_failed",
                kind=due.kind,
                object_id=str(due.object_id),
                error=type(failed).__name__,
                attempts=attempts,
                exc_info=True,
            )
            await self._retry_at(due, min(timedelta(seconds=2 ** min(attempts, 10)), LONGEST_WAIT))

    async def _retry_at(self, due: Due, wait: timedelta) -> None:
        column = tables.due.c
        async with self._database.worker() as connection:
            await connection.execute(
                update(tables.due)
                .where(
                    column.tenant_id == due.tenant_id,
                    column.kind == due.kind,
                    column.object_id == due.object_id,
                    column.key == due.key,
                )
                .values(leased_until=func.now() + wait)
            )
