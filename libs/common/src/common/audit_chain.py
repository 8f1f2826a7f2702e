"""The chainer: numbers and hashes each tenant's audit rows, outside the commands, so that no row serialises writers."""

import asyncio
import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import rfc8785
from sqlalchemy import Row, bindparam, exists, select, update

from common import tables
from common.lease import Lease
from common.logging import get_logger

if TYPE_CHECKING:
    from common.database import Database

BATCH = 500
GENESIS = b"\0" * 32
log = get_logger(__name__)


def link(previous: bytes, row: Any) -> bytes:
    """Return SHA-256(previous hash || canonical row); the row's facts are ids and words of state only."""
    content = {
        "id": str(row.id),
        "at": _text(row.at),
        "subject": row.subject,
        "actor": row.actor,
        "action": row.action,
        "resource_type": row.resource_type,
        "resource_id": str(row.resource_id),
        "facts": row.facts,
    }
    return hashlib.sha256(previous + rfc8785.dumps(content)).digest()


def _text(moment: datetime) -> str:
    return f"{moment.timestamp():.6f}"


def first_break(rows: list[Row[Any]]) -> int | None:
    """Return the sequence at which the chain (rows in order of `seq`) no longer verifies, or None."""
    previous = GENESIS
    for expected, row in enumerate(rows, start=1):
        if row.seq != expected or row.hash != link(previous, row):
            return expected
        previous = row.hash
    return None


class AuditChainer:
    """One leader per service appends unchained rows to their tenant's chain within about a second."""

    def __init__(self, database: "Database", holder: str, *, pause: float = 0.5) -> None:
        self._database = database
        self._lease = Lease(database, "audit-chain", holder)
        self._pause = pause
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End after the batch at hand."""
        self._stopping.set()

    async def run(self) -> None:
        """Chain until stopped."""
        while not self._stopping.is_set():
            chained = 0
            try:
                if await self._lease.hold():
                    chained = await self.chain_batch()
            except Exception as failed:
                log.error("audit_chain_failed", error=type(failed).__name__)
            if chained < BATCH:
                try:
                    await asyncio.wait_for(self._stopping.wait(), self._pause)
                except TimeoutError:
                    continue
        await self._lease.release()

    async def chain_batch(self) -> int:
        """Chain one batch of rows; returns how many."""
        audit = tables.audit
        async with self._database.worker() as connection:
            if not await connection.scalar(select(exists().where(audit.c.seq.is_(None)))):
                return 0
            # Two chainers at once would number the same rows.
            if not await self._lease.lock(connection):
                return 0
            rows = (
                await connection.execute(
                    select(audit).where(audit.c.seq.is_(None)).order_by(audit.c.recorded_at, audit.c.id).limit(BATCH)
                )
            ).all()
            heads: dict[UUID, tuple[int, bytes]] = {}
            marks = []
            for row in rows:
                if row.tenant_id not in heads:
                    head = (
                        await connection.execute(
                            select(audit.c.seq, audit.c.hash)
                            .where(audit.c.tenant_id == row.tenant_id, audit.c.seq.is_not(None))
                            .order_by(audit.c.seq.desc())
                            .limit(1)
                        )
                    ).one_or_none()
                    heads[row.tenant_id] = (head.seq, head.hash) if head else (0, GENESIS)
                seq, previous = heads[row.tenant_id]
                heads[row.tenant_id] = (seq + 1, link(previous, row))
                marks.append({"t": row.tenant_id, "i": row.id, "s": seq + 1, "h": heads[row.tenant_id][1]})
            await connection.execute(
                update(audit)
                .where(audit.c.tenant_id == bindparam("t"), audit.c.id == bindparam("i"))
                .values(seq=bindparam("s"), hash=bindparam("h")),
                marks,
            )
        return len(marks)
