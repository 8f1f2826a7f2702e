"""The relay: one leader per service publishes committed events, in order per aggregate, until acknowledged."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import PubAck
from nats.js.errors import APIError, NoStreamResponseError
from sqlalchemy import BigInteger, Row, cast, column, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from common import tables
from common.crash_points import crash_point
from common.lease import Lease
from common.logging import get_logger
from common.losses import Losses
from common.message_telemetry import send

if TYPE_CHECKING:
    from common.database import Database

BATCH = 500
# Short, because a publish under way when the broker goes is never answered, and all others wait for it.
PUBLISH_TIMEOUT = 2.0
# Between two tries of a process that does not lead.
STAND_BY = 1.0
log = get_logger(__name__)


class Relay:
    """Moves outbox rows to JetStream; a broker that is down is waited for, a lost broker is told everything again."""

    def __init__(self, database: "Database", nats: Client, holder: str, *, pause: float = 0.2) -> None:
        self._database = database
        self._nats = nats
        self._js: JetStreamContext = nats.jetstream(timeout=PUBLISH_TIMEOUT)
        self._lease = Lease(database, "relay", holder)
        self._losses = Losses(database, nats, self._lease)
        self._pause = pause
        self._wake = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Publish now rather than after the pause; where another process leads, it is told."""
        self._wake.set()

    def stop(self) -> None:
        """End after the batch at hand."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Publish until stopped."""
        await self._nats.subscribe(self._subject_of_wakes, cb=self._hear)
        while not self._stopping:
            woken = self._wake.is_set()
            self._wake.clear()
            published = 0
            try:
                if self._nats.is_connected and await self._lease.hold():
                    await self._losses.find()
                    published = await self.publish_batch()
                elif self._nats.is_connected and woken:
                    await self._nats.publish(self._subject_of_wakes)
            except Exception as failed:
                log.error("relay_failed", error=type(failed).__name__, exc_info=not isinstance(failed, NatsError))
            if published < BATCH and not self._stopping:
                try:
                    await asyncio.wait_for(self._wake.wait(), self._pause if self._lease.held else STAND_BY)
                except TimeoutError:
                    continue
        await self._lease.release()

    @property
    def _subject_of_wakes(self) -> str:
        return f"wake.{self._database.service}"

    async def _hear(self, _: Msg) -> None:
        if self._lease.held:
            self._wake.set()

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
        ground = self._losses.ground
        deferred: list[tuple[Row[Any], str]] = []
        answers = await asyncio.gather(*(self._publish_aggregate(own, deferred) for own in by_aggregate.values()))
        acknowledged = [each for answer in answers for each in answer]
        if deferred:
            first, error = min(deferred, key=lambda each: int(each[0].id))
            log.warning("publish_deferred", aggregates=len(deferred), event_id=str(first.event_id), error=error)
        crash_point("event-published")
        if not self._losses.believes([ack for _, ack in acknowledged], ground):
            log.warning("acknowledgements_dropped", rows=len(acknowledged))
            return 0
        await self._mark(acknowledged)
        crash_point("event-marked")
        return len(acknowledged)

    async def _publish_aggregate(
        self, rows: Sequence[Row[Any]], deferred: list[tuple[Row[Any], str]]
    ) -> list[tuple[Row[Any], PubAck]]:
        """Publish one aggregate's rows in order; the first that fails is noted and leaves the rest for later."""
        acknowledged = []
        for row in rows:
            with send(f"{self._database.service}.{row.event_type}", str(row.event_id), row.trace) as work:
                try:
                    ack = await self._js.publish(self._subject(row), row.payload, headers=self._headers(row))
                except (NatsError, APIError, NoStreamResponseError, TimeoutError) as failed:
                    # A timeout may have been stored: the same Nats-Msg-Id is sent again, never compensated.
                    deferred.append((row, type(failed).__name__))
                    work.fail(type(failed).__name__)
                    break
            acknowledged.append((row, ack))
        return acknowledged

    async def _mark(self, acknowledged: Sequence[tuple[Row[Any], PubAck]]) -> None:
        if not acknowledged:
            return
        outbox = tables.outbox
        marks = func.unnest(
            cast([row.id for row, _ in acknowledged], ARRAY(BigInteger)),
            cast([ack.seq for _, ack in acknowledged], ARRAY(BigInteger)),
        ).table_valued(column("row_id", BigInteger), column("seq", BigInteger))
        marks = marks.render_derived(name="marks")
        statement = (
            update(outbox)
            .where(outbox.c.id == marks.c.row_id, self._lease.still_held())
            .values(published_at=func.now(), stream_seq=marks.c.seq, stream_created=self._losses.created)
        )
        async with self._database.worker() as connection:
            marked = (await connection.execute(statement)).rowcount
        if marked == 0:
            # Another leads by now and publishes these too; the broker knows them by their ids.
            log.warning("marks_refused", rows=len(acknowledged), fence=self._lease.fence)

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
            "tandem-committed": row.created_at.isoformat(),
            "tandem-tenant": str(row.tenant_id),
            "tandem-aggregate": str(row.aggregate_id),
            "tandem-epoch": str(row.epoch),
            "tandem-sequence": str(row.sequence),
            "tandem-actor": row.actor,
            **row.trace,
        }
