"""Whether a tenant's work has come to rest, as a moved clock must know before it moves on: asked, and answered."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from nats.aio.client import Client
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError
from sqlalchemy import func, select

from common import tables
from common.database import Database


@dataclass(frozen=True)
class Quiet:
    """What one service still has to do for one tenant.

    `outbox`, `consumers`, `dues` (past their time) and `operations` are counts of open work;
    `next_due_at` is the business time of the next due row; `clock_offset` is the offset, in seconds,
    under which the service answered.
    """

    service: str
    outbox: int = 0
    consumers: int = 0
    dues: int = 0
    operations: int = 0
    next_due_at: datetime | None = None
    clock_offset: float = 0.0
    answered: bool = True

    @property
    def at_rest(self) -> bool:
        """Tell whether nothing is under way; a service that did not answer is not at rest."""
        return self.answered and not (self.outbox or self.consumers or self.dues or self.operations)


async def ask_quiet(nc: Client, services: Iterable[str], tenant_id: UUID, timeout: float = 2.0) -> list[Quiet]:
    """Ask every service named; one that does not answer within `timeout` seconds comes back unanswered."""
    return list(await asyncio.gather(*(_ask(nc, service, tenant_id, timeout) for service in services)))


async def _ask(nc: Client, service: str, tenant_id: UUID, timeout: float) -> Quiet:
    try:
        reply = await nc.request(f"quiet.{service}", str(tenant_id).encode(), timeout=timeout)
    except (NatsTimeoutError, NoRespondersError):
        return Quiet(service, answered=False)
    found = json.loads(reply.data)
    due = found.get("next_due_at")
    return Quiet(
        service,
        outbox=found.get("outbox", 0),
        consumers=found.get("consumers", 0),
        dues=found.get("dues", 0),
        operations=found.get("operations", 0),
        next_due_at=datetime.fromisoformat(due) if due else None,
        clock_offset=found.get("clock_offset", 0.0),
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
