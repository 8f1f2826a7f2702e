"""Whether a tenant's work has come to rest, as a moved clock must know before it moves on: asked, and answered."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import TimeoutError as NatsTimeoutError
from sqlalchemy import func, select

from common import tables
from common.database import Database
from common.due import DueSweeper
from common.inbox import Consumer
from common.shares import Shares

_COUNTED = ("outbox", "consumers", "dues", "operations")


@dataclass(frozen=True)
class Quiet:
    """What one service still has to do for one tenant.

    `outbox`, `consumers`, `dues` (past their time) and `operations` are counts of open work;
    `next_due_at` is the business time of the next due row; `clock_offsets` are the offsets, in seconds,
    that its processes follow. `answered` is true once each process that lives has answered.
    """

    service: str
    outbox: int = 0
    consumers: int = 0
    dues: int = 0
    operations: int = 0
    next_due_at: datetime | None = None
    clock_offsets: tuple[float, ...] = ()
    answered: bool = True

    @property
    def at_rest(self) -> bool:
        """Tell whether nothing is under way; a service that did not answer is not at rest."""
        return self.answered and not (self.outbox or self.consumers or self.dues or self.operations)

    def follows(self, offset: float) -> bool:
        """Tell whether every process follows the clock as it was set, `offset` seconds from real time."""
        return all(abs(each - offset) < 0.01 for each in self.clock_offsets)


class QuietAnswer:
    """Answers for one process; with its answer it names the processes that must answer too."""

    def __init__(self, database: Database, sweeper: DueSweeper, consumers: Sequence[Consumer], shares: Shares) -> None:
        self._database = database
        self._sweeper = sweeper
        self._consumers = consumers
        self._shares = shares

    async def answer(self, message: Msg) -> None:
        """Answer the question what of the tenant's still moves."""
        tenant_id = UUID(message.data.decode())
        self._sweeper.wake()
        backlogs = await asyncio.gather(*(consumer.backlog() for consumer in self._consumers))
        found = await pending_work(self._database, tenant_id)
        found["consumers"] = sum(backlogs)
        found["clock_offset"] = self._database.clock.offset(tenant_id).total_seconds()
        found["process"] = self._shares.holder
        found["living"] = sorted(self._shares.living)
        await message.respond(json.dumps(found).encode())


async def ask_quiet(nc: Client, services: Iterable[str], tenant_id: UUID, timeout: float = 2.0) -> list[Quiet]:
    """Ask every process of the services named; without each answer in `timeout` s it has not answered."""
    return list(await asyncio.gather(*(_ask(nc, service, tenant_id, timeout) for service in services)))


async def _ask(nc: Client, service: str, tenant_id: UUID, timeout: float) -> Quiet:
    place = nc.new_inbox()
    subscription = await nc.subscribe(place)
    answers: dict[str, dict[str, Any]] = {}
    expected: set[str] = set()
    try:
        await nc.publish(f"quiet.{service}", str(tenant_id).encode(), reply=place)
        async with asyncio.timeout(timeout):
            while not answers or not expected <= answers.keys():
                message = await subscription.next_msg(timeout)
                if (message.headers or {}).get("Status") == "503":
                    return Quiet(service, answered=False)
                answer = json.loads(message.data)
                answers[answer.get("process", "")] = answer
                expected.update(answer.get("living", ()))
    except (TimeoutError, NatsTimeoutError):
        return Quiet(service, answered=False)
    finally:
        await subscription.unsubscribe()
    return _together(service, list(answers.values()))


def _together(service: str, answers: Sequence[dict[str, Any]]) -> Quiet:
    """Join the answers of a service's processes, which look at the same rows a moment apart."""
    dues = [datetime.fromisoformat(due) for answer in answers if (due := answer.get("next_due_at"))]
    return Quiet(
        service,
        **{name: max(answer.get(name, 0) for answer in answers) for name in _COUNTED},
        next_due_at=min(dues, default=None),
        clock_offsets=tuple(answer.get("clock_offset", 0.0) for answer in answers),
    )


async def pending_work(database: Database, tenant_id: UUID) -> dict[str, Any]:
    """Return what of the tenant's still moves: unpublished events, ripe dues, operations, and the next due moment."""
    outbox, due, operation = tables.outbox.c, tables.due.c, tables.operation.c
    now = database.clock.now(tenant_id)
    async with database.worker() as connection:
        unpublished = await connection.scalar(
            select(func.count()).where(outbox.tenant_id == tenant_id, outbox.published_at.is_(None))
        )
        ripe = await connection.scalar(select(func.count()).where(due.tenant_id == tenant_id, due.due_at <= now))
        later = await connection.scalar(
            select(func.min(due.due_at)).where(due.tenant_id == tenant_id, due.due_at > now)
        )
        running = await connection.scalar(
            select(func.count()).where(
                operation.tenant_id == tenant_id,
                operation.state.in_(["pending", "running"]),
                operation.kind != "advance_clock",
            )
        )
    return {
        "outbox": unpublished or 0,
        "dues": ripe or 0,
        "operations": running or 0,
        "next_due_at": later.isoformat() if later else None,
    }
