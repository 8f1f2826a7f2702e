"""Finds published events that the broker no longer holds, and queues them again (delivery.md 1.3)."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from nats.aio.client import Client
from nats.js.api import PubAck, StreamState
from nats.js.errors import NotFoundError
from sqlalchemy import ColumnElement, Row, select, update

from common import tables
from common.instruments import OUTBOX_REPUBLISHED
from common.lease import Lease
from common.logging import get_logger

if TYPE_CHECKING:
    from common.database import Database

EVERY = 30.0
log = get_logger(__name__)


class Losses:
    """Compares what was acknowledged with what the stream holds: every 30 s, and first of all on every new ground.

    A ground is a leadership and a connection. A broker that comes back from an older copy of its store numbers what
    it is sent from where that copy ends; were anything published and marked before the comparison, the numbers would
    soon look as if nothing had been lost. So what is acknowledged on one ground is not marked on another.
    """

    def __init__(self, database: "Database", nats: Client, lease: Lease) -> None:
        OUTBOX_REPUBLISHED.begin()
        self._database = database
        self._nats = nats
        self._js = nats.jetstream(timeout=5)
        self._lease = lease
        self._compared: tuple[int, int] | None = None
        self._next = 0.0
        self._last_seq = 0
        self.created: datetime | None = None

    @property
    def ground(self) -> tuple[int, int]:
        """Return what an answer of the broker rests on: this leadership, and this connection."""
        return self._lease.fence, self._nats.stats["reconnects"]

    def believes(self, acks: Sequence[PubAck], ground: tuple[int, int]) -> bool:
        """Tell whether the answers to what was sent on the ground may be marked; if not, a comparison is due.

        A stream that went back without breaking the connection shows by a position given twice.
        """
        new = [ack.seq for ack in acks if not ack.duplicate]
        if ground != self.ground or len(set(new)) < len(new) or min(new, default=self._last_seq + 1) <= self._last_seq:
            self._compared = None
            return False
        self._last_seq = max([self._last_seq, *new])
        return True

    async def find(self) -> None:
        """Queue again what was lost, if a comparison is due."""
        now = asyncio.get_running_loop().time()
        ground = self.ground
        if self._compared == ground and now < self._next:
            return
        info = await self._js.stream_info(self._database.service)
        lost = tables.outbox.c.stream_seq >= await self._first_lost(info.created, info.state)
        if self.created != info.created:
            lost |= tables.outbox.c.stream_created != info.created
        await self._queue_again(lost)
        self.created, self._last_seq = info.created, info.state.last_seq
        self._compared, self._next = ground, now + EVERY

    async def _queue_again(self, lost: ColumnElement[bool]) -> None:
        statement = (
            update(tables.outbox)
            .where(tables.outbox.c.published_at.is_not(None), lost, self._lease.still_held())
            .values(published_at=None, stream_seq=None, stream_created=None)
        )
        async with self._database.worker() as connection:
            found = (await connection.execute(statement)).rowcount
        if found:
            log.error("broker_lost_events", rows=found)
            OUTBOX_REPUBLISHED.add(found)

    async def _first_lost(self, created: datetime | None, state: StreamState) -> int:
        """Return the position from which on the stream does not hold what we published there.

        Up to some point it holds all, from there on nothing, so the point is searched for by halves; first it is
        asked whether the whole stream is as we know it. What is older than the stream's first message has expired.
        """
        held, lost = max(state.first_seq, 1) - 1, state.last_seq + 1
        looked_at = state.last_seq
        while held + 1 < lost:
            row = await self._last_published(created, held, looked_at)
            if row is None or await self._is_held(row.stream_seq, row.event_id):
                held = looked_at
            else:
                lost = row.stream_seq
            looked_at = (held + lost) // 2
        return lost

    async def _last_published(self, created: datetime | None, after: int, up_to: int) -> Row[UUID, int | None] | None:
        outbox = tables.outbox.c
        query = select(outbox.event_id, outbox.stream_seq).where(
            outbox.stream_created == created, outbox.stream_seq > after, outbox.stream_seq <= up_to
        )
        async with self._database.worker() as connection:
            return (await connection.execute(query.order_by(outbox.stream_seq.desc()).limit(1))).first()

    async def _is_held(self, position: int, event_id: UUID) -> bool:
        try:
            message = await self._js.get_msg(self._database.service, position)
        except NotFoundError:
            return False
        return (message.headers or {}).get("Nats-Msg-Id") == str(event_id)
