"""How much waits in a service: read every ten seconds, with one statement, and told whenever telemetry is collected."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Float, ScalarSelect, Table, cast, extract, func, literal, select

from common import tables
from common.inbox import Consumer
from common.instrument_kinds import Attributes, Observed
from common.instruments import (
    AUDIT_UNCHAINED,
    CONSUMER_ACK_PENDING,
    CONSUMER_PENDING,
    DEAD_LETTERS,
    DUE_OVERDUE_AGE,
    OPERATIONS_PENDING,
    OUTBOX_AGE,
    OUTBOX_PENDING,
)
from common.logging import get_logger

if TYPE_CHECKING:
    from common.database import Database

EVERY = 10.0
PATIENCE = 5.0
# Where this many wait, the exact number does not matter, and counting them would be work.
COUNTED_TO = 100_000
log = get_logger(__name__)


class Levels:
    """Keeps the newest levels; what could not be read is not told, rather than told as it was before."""

    def __init__(self, database: "Database", consumers: Sequence[Consumer], *, pause: float = EVERY) -> None:
        self._database = database
        self._consumers = consumers
        self._pause = pause
        self._found: dict[Observed, list[tuple[float, Attributes]]] = {}
        for each in (*_QUERIES, CONSUMER_PENDING, CONSUMER_ACK_PENDING):
            each.watch(partial(self._tell, each))

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            await self.read()
            await asyncio.sleep(self._pause)

    async def read(self) -> None:
        """Read all levels once."""
        found: dict[Observed, list[tuple[float, Attributes]]] = {}
        for part in (self._read_database, self._read_broker):
            try:
                async with asyncio.timeout(PATIENCE):
                    found |= await part()
            except Exception as failed:
                log.debug("levels_not_read", error=type(failed).__name__)
        self._found = found

    async def _read_database(self) -> dict[Observed, list[tuple[float, Attributes]]]:
        async with self._database.worker() as connection:
            row = (await connection.execute(select(*_QUERIES.values()))).one()
        return {each: [(float(value), {})] for each, value in zip(_QUERIES, row, strict=True)}

    async def _read_broker(self) -> dict[Observed, list[tuple[float, Attributes]]]:
        pending, unacknowledged = Counter[str](), Counter[str]()
        for consumer in self._consumers:
            waiting, held = await consumer.lag()
            pending[consumer.source] += waiting
            unacknowledged[consumer.source] += held
        return {
            CONSUMER_PENDING: [(count, {"source": source}) for source, count in pending.items()],
            CONSUMER_ACK_PENDING: [(count, {"source": source}) for source, count in unacknowledged.items()],
        }

    def _tell(self, instrument: Observed) -> list[tuple[float, Attributes]]:
        return self._found.get(instrument, [])


def _count(table: Table, *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    some = select(literal(1)).select_from(table).where(*conditions).limit(COUNTED_TO).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _age(oldest: ScalarSelect[object]) -> ColumnElement[float]:
    return func.coalesce(cast(extract("epoch", func.now() - oldest), Float), 0.0)


_outbox, _due, _operation = tables.outbox.c, tables.due.c, tables.operation.c
# Business time does not matter here: a tenant whose clock was moved ahead is no sign of a service that lags.
_QUERIES: dict[Observed, ColumnElement[float] | ScalarSelect[int]] = {
    OUTBOX_PENDING: _count(tables.outbox, _outbox.published_at.is_(None)),
    OUTBOX_AGE: _age(
        select(_outbox.created_at).where(_outbox.published_at.is_(None)).order_by(_outbox.id).limit(1).scalar_subquery()
    ),
    DEAD_LETTERS: _count(tables.dead_letter),
    DUE_OVERDUE_AGE: _age(select(func.min(_due.due_at)).where(_due.due_at <= func.now()).scalar_subquery()),
    OPERATIONS_PENDING: _count(tables.operation, _operation.state.in_(["pending", "running"])),
    AUDIT_UNCHAINED: _count(tables.audit, tables.audit.c.seq.is_(None)),
}
