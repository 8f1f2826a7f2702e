"""Retention: published events, handled events and idempotency keys go once their time is over."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Column, Table, delete, func, select, tuple_

from common import tables
from common.logging import get_logger

if TYPE_CHECKING:
    from common.database import Database

# A batch is one short commit, so that nobody waits for it.
BATCH = 1000
EVERY = 3600.0
log = get_logger(__name__)


@dataclass(frozen=True)
class Kept:
    """How long a row stays after the moment in its column; a row without the moment stays."""

    table: Table
    since: "Column[object]"
    keep: timedelta


# Fixed by design: a broker that lost its data is told the outbox again, and an inbox must remember longer than that.
KEPT = (
    Kept(tables.outbox, tables.outbox.c.published_at, timedelta(days=30)),
    Kept(tables.inbox, tables.inbox.c.handled_at, timedelta(days=60)),
    Kept(tables.idempotency, tables.idempotency.c.created_at, timedelta(hours=48)),
)


class Retention:
    """Deletes in batches, every hour; several replicas at once only find less to do."""

    def __init__(self, database: "Database") -> None:
        self._database = database
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End after the batch at hand."""
        self._stopping.set()

    async def run(self) -> None:
        """Purge until stopped."""
        while not self._stopping.is_set():
            try:
                for kept in KEPT:
                    await self._purge(kept)
            except Exception as failed:
                log.error("purge_failed", error=type(failed).__name__)
            try:
                await asyncio.wait_for(self._stopping.wait(), EVERY)
            except TimeoutError:
                continue

    async def _purge(self, kept: Kept) -> None:
        rows = 0
        while not self._stopping.is_set() and (found := await self.purge_batch(kept)):
            rows += found
        if rows:
            log.info("purged", kind=kept.table.name, rows=rows)

    async def purge_batch(self, kept: Kept) -> int:
        """Delete up to a thousand rows whose time is over, by the database's clock; returns how many."""
        key = list(kept.table.primary_key)
        over = select(*key).where(kept.since < func.now() - kept.keep).order_by(kept.since).limit(BATCH)
        async with self._database.worker() as connection:
            deleted = await connection.execute(delete(kept.table).where(tuple_(*key).in_(over)))
        return int(deleted.rowcount)
