"""The relay: one leader per service publishes committed events, in order per aggregate, until acknowledged."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import APIError, NoStreamResponseError
from sqlalchemy import Integer, Row, bindparam, cast, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from common import tables
from common.crash_points import crash_point
from common.logging import get_logger

if TYPE_CHECKING:
    from common.database import Database

BATCH = 500
LEASE = timedelta(seconds=10)
CHECK_BROKER_EVERY = 30.0
log = get_logger(__name__)


class Lease:
    """A named leadership with a fencing number that only ever rises."""

    def __init__(self, database: "Database", name: str, holder: str) -> None:
        self._database = database
        self.name = name
        self.holder = holder
        self.fence = 0
        self._renew_at = 0.0

    async def hold(self) -> bool:
        """Take or keep the lease; tells whether this process leads now. Renewed at half its length only."""
        now = asyncio.get_running_loop().time()
        if self.fence and now < self._renew_at:
            return True
        lease = tables.lease
        statement = upsert(lease).values(name=self.name, holder=self.holder, fence=1, until=func.now() + LEASE)
        async with self._database.worker() as connection:
            fence = await connection.scalar(
                statement.on_conflict_do_update(
                    index_elements=["name"],
                    set_={
                        "holder": self.holder,
                        "until": func.now() + LEASE,
                        "fence": lease.c.fence + cast(lease.c.holder != self.holder, Integer),
                    },
                    where=(lease.c.holder == self.holder) | (lease.c.until < func.now()),
                ).returning(lease.c.fence)
            )
        self.fence = int(fence) if fence is not None else 0
        self._renew_at = now + LEASE.total_seconds() / 2
        return fence is not None

    async def release(self) -> None:
        """Let another process lead at once; called when this one ends in order."""
        lease = tables.lease
        async with self._database.worker() as connection:
            await connection.execute(
                update(lease)
                .where(lease.c.name == self.name, lease.c.holder == self.holder, lease.c.fence == self.fence)
                .values(until=func.now())
            )
        self.fence = 0


class Relay:
    """Moves outbox rows to JetStream; a broker that is down is waited for, a lost broker is told everything again."""

    def __init__(self, database: "Database", nats: Client, holder: str, *, pause: float = 0.2) -> None:
        self._database = database
        self._nats = nats
        self._js: JetStreamContext = nats.jetstream(timeout=5)
        self._lease = Lease(database, "relay", holder)
        self._pause = pause
        self._wake = asyncio.Event()
        self._stopping = False
        self._stream_created: datetime | None = None
        self._checked_at = 0.0

    def wake(self) -> None:
        """Publish now rather than after the pause."""
        self._wake.set()

    def stop(self) -> None:
        """End after the batch at hand."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Publish until stopped."""
        while not self._stopping:
            self._wake.clear()
            published = 0
            try:
                if self._nats.is_connected and await self._lease.hold():
                    await self._check_broker()
                    published = await self.publish_batch()
            except Exception as failed:
                log.error("relay_failed", error=type(failed).__name__, exc_info=not isinstance(failed, NatsError))
            if published < BATCH and not self._stopping:
                try:
                    await asyncio.wait_for(self._wake.wait(), self._pause)
                except TimeoutError:
                    continue
        await self._lease.release()

    async def publish_batch(self) -> int:
        """Publish one batch and mark it; returns how many rows were acknowledged."""
        outbox = tables.outbox
        async with self._database.worker() as connection:
            rows = (
                await connection.execute(
                    select(outbox).where(outbox.c.published_at.is_(None)).order_by(outbox.c.id).limit(BATCH)
                )
            ).all()
        if not rows:
            return 0
        by_aggregate: dict[tuple[UUID, str, UUID], list[Row[Any]]] = defaultdict(list)
        for row in rows:
            by_aggregate[(row.tenant_id, row.aggregate_type, row.aggregate_id)].append(row)
        acknowledged = await asyncio.gather(*(self._publish_aggregate(own) for own in by_aggregate.values()))
        marks = [mark for each in acknowledged for mark in each]
        crash_point("event-published")
        await self._mark(marks)
        crash_point("event-marked")
        return len(marks)

    async def _publish_aggregate(self, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
        """Publish one aggregate's rows in order; the first failure leaves the rest for later."""
        marks = []
        for row in rows:
            try:
                ack = await self._js.publish(self._subject(row), row.payload, headers=self._headers(row))
            except (NatsError, APIError, NoStreamResponseError, TimeoutError) as failed:
                # A timeout may have been stored: the same Nats-Msg-Id is sent again, never compensated.
                log.warning("publish_deferred", event_id=str(row.event_id), error=type(failed).__name__)
                break
            marks.append({"row_id": row.id, "seq": ack.seq})
        return marks

    async def _mark(self, marks: list[dict[str, Any]]) -> None:
        if not marks:
            return
        outbox, lease = tables.outbox, tables.lease
        still_leading = exists().where(lease.c.name == self._lease.name, lease.c.fence == self._lease.fence)
        statement = (
            update(outbox)
            .where(outbox.c.id == bindparam("row_id"), still_leading)
            .values(published_at=func.now(), stream_seq=bindparam("seq"), stream_created=self._stream_created)
        )
        async with self._database.worker() as connection:
            await connection.execute(statement, marks)

    async def _check_broker(self) -> None:
        """Find acknowledged events that the broker lost and queue them again (delivery.md 1.3)."""
        loop = asyncio.get_running_loop()
        if loop.time() - self._checked_at < CHECK_BROKER_EVERY and self._stream_created is not None:
            return
        info = await self._js.stream_info(self._database.service)
        created = info.created
        self._checked_at = loop.time()
        self._stream_created = created
        outbox = tables.outbox
        lost = (outbox.c.published_at.is_not(None)) & (
            (outbox.c.stream_created != created) | (outbox.c.stream_seq > info.state.last_seq)
        )
        async with self._database.worker() as connection:
            found = await connection.execute(
                update(outbox).where(lost).values(published_at=None, stream_seq=None, stream_created=None)
            )
        if found.rowcount:
            log.error("broker_lost_events", rows=found.rowcount)

    def _subject(self, row: Row[Any]) -> str:
        return f"{self._database.service}.{row.event_type}.{row.aggregate_id}"

    def _headers(self, row: Row[Any]) -> dict[str, str]:
        return {
            "Nats-Msg-Id": str(row.event_id),
            "ce-specversion": "1.0",
            "ce-id": str(row.event_id),
            "ce-source": self._database.service,
            "ce-type": f"{self._database.service}.{row.event_type}",
            "ce-time": row.occurred_at.isoformat(),
            "tandem-tenant": str(row.tenant_id),
            "tandem-aggregate": str(row.aggregate_id),
            "tandem-epoch": str(row.epoch),
            "tandem-sequence": str(row.sequence),
            "tandem-actor": row.actor,
            **row.trace,
        }
