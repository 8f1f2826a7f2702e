"""Long work (AIP-151): accepted at once, run in chunks by a leased worker, resumed after a restart."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Row, func, insert, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from common import tables
from common.errors import AppError, FieldViolation
from common.identity import Identity
from common.logging import get_logger
from common.tracing import root_span

if TYPE_CHECKING:
    from common.database import Database

LEASE = timedelta(seconds=120)
MAX_ATTEMPTS = 8
log = get_logger(__name__)


class JobStopped(Exception):
    """The operation was cancelled, or another worker holds it now."""


@dataclass
class Job:
    """One operation in the hands of a worker; `cursor` is where it goes on after a restart."""

    tenant_id: UUID
    id: UUID
    kind: str
    params: dict[str, Any]
    cursor: dict[str, Any]
    created_by: str
    person_id: UUID | None
    locale: str
    fence: int
    total: int | None = None
    done: int = 0
    failed: int = 0
    result: dict[str, Any] = field(default_factory=dict)
    _errors: list[dict[str, Any]] = field(default_factory=list)

    def identity(self, service: str) -> Identity:
        """Return the identity under which the job works: the service, for the person who started it."""
        return Identity(self.tenant_id, f"service:{service}", "service", actor=self.created_by, locale=self.locale)

    def advance(self, done: int, *, cursor: dict[str, Any] | None = None, total: int | None = None) -> None:
        """Count `done` more items, remember the cursor; written with the chunk's commit."""
        self.done += done
        if cursor is not None:
            self.cursor = cursor
        if total is not None:
            self.total = total

    def row_error(self, row: int, violation: FieldViolation, *, warning: bool = False) -> None:
        """Keep an error (or a warning) of one row of the input; it never stops the others."""
        if not warning:
            self.failed += 1
        self._errors.append(
            {
                "tenant_id": self.tenant_id,
                "operation_id": self.id,
                "row": row,
                "field": violation.field,
                "code": violation.reason,
                "en": violation.en,
                "zh": violation.zh,
                "warning": int(warning),
            }
        )

    async def hold(self, session: AsyncSession) -> None:
        """Lock the operation's row for this chunk, or raise JobStopped."""
        column = tables.operation.c
        state = (
            await session.execute(
                select(column.state, column.fence)
                .where(column.tenant_id == self.tenant_id, column.id == self.id)
                .with_for_update()
            )
        ).one_or_none()
        if state is None or state.state != "running" or state.fence != self.fence:
            raise JobStopped

    async def save(self, session: AsyncSession) -> None:
        """Write progress and row errors with the chunk."""
        column = tables.operation.c
        await session.execute(
            update(tables.operation)
            .where(column.tenant_id == self.tenant_id, column.id == self.id)
            .values(
                cursor=self.cursor,
                result=self.result,
                total=self.total,
                done=self.done,
                failed=self.failed,
                updated_at=func.now(),
                leased_until=func.now() + LEASE,
                attempts=0,
            )
        )
        if self._errors:
            error = tables.operation_error.c
            last = await session.scalar(
                select(func.coalesce(func.max(error.n), 0)).where(
                    error.tenant_id == self.tenant_id, error.operation_id == self.id
                )
            )
            rows = [{**each, "n": (last or 0) + offset} for offset, each in enumerate(self._errors, start=1)]
            await session.execute(insert(tables.operation_error), rows)
            self._errors.clear()


Work = Callable[["Database", Job], Awaitable[None]]


class JobRunner:
    """Leases pending operations and runs their work; after a crash the lease runs out and the cursor goes on."""

    def __init__(self, database: "Database", jobs: Mapping[str, Work], *, pause: float = 0.5) -> None:
        self._database = database
        self._jobs = jobs
        self._pause = pause
        self._stopping = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    def stop(self) -> None:
        """Take no further operation; the one at hand is left at its last chunk."""
        self._stopping.set()
        if self._running is not None:
            self._running.cancel()

    async def run(self) -> None:
        """Run operations, one at a time, until stopped."""
        while not self._stopping.is_set():
            try:
                job = await self.lease()
            except Exception as failed:
                log.error("operation_lease_failed", error=type(failed).__name__)
                job = None
            if job is None:
                try:
                    await asyncio.wait_for(self._stopping.wait(), self._pause)
                except TimeoutError:
                    continue
                return
            self._running = asyncio.create_task(self.work(job))
            await asyncio.wait([self._running])

    async def lease(self) -> Job | None:
        """Take one operation that waits or whose worker is gone, or None."""
        column = tables.operation.c
        free = (
            select(column.tenant_id, column.id)
            .where(
                column.state.in_(["pending", "running"]),
                column.kind.in_(list(self._jobs)),
                or_(column.leased_until.is_(None), column.leased_until < func.now()),
            )
            .order_by(column.created_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        taken = {
            "state": "running",
            "fence": column.fence + 1,
            "attempts": column.attempts + 1,
            "leased_until": func.now() + LEASE,
            "updated_at": func.now(),
        }
        async with self._database.worker() as connection:
            found = await connection.execute(
                update(tables.operation)
                .where(tuple_(column.tenant_id, column.id).in_(free))
                .values(taken)
                .returning(tables.operation)
            )
            row = found.one_or_none()
        if row is None:
            return None
        job = _job(row)
        if row.attempts > MAX_ATTEMPTS:
            await self._end(job, "failed", "TOO_MANY_ATTEMPTS")
            return None
        return job

    async def work(self, job: Job) -> None:
        """Run an operation to its end, or leave it to be taken again."""
        try:
            facts = {"tandem.operation.id": str(job.id)}
            with root_span(f"job {job.kind}", facts, but=(JobStopped, AppError)):
                await self._jobs[job.kind](self._database, job)
        except JobStopped:
            return
        except AppError as refused:
            await self._end(job, "failed", refused.reason)
        except Exception as failed:
            log.error(
                "operation_failed", kind=job.kind, operation_id=str(job.id), error=type(failed).__name__, exc_info=True
            )
            await self._release(job)
        else:
            await self._end(job, "succeeded")

    async def _end(self, job: Job, state: str, reason: str | None = None) -> None:
        column = tables.operation.c
        async with self._database.worker() as connection:
            await connection.execute(
                update(tables.operation)
                .where(
                    column.tenant_id == job.tenant_id,
                    column.id == job.id,
                    column.fence == job.fence,
                    column.state == "running",
                )
                .values(state=state, error_reason=reason, updated_at=func.now(), leased_until=None)
            )
        await self._database.send_hint(job.tenant_id, "operation", job.id)

    async def _release(self, job: Job) -> None:
        """Leave the operation to be taken again shortly, from its cursor."""
        column = tables.operation.c
        async with self._database.worker() as connection:
            await connection.execute(
                update(tables.operation)
                .where(column.tenant_id == job.tenant_id, column.id == job.id, column.fence == job.fence)
                .values(leased_until=func.now() + timedelta(seconds=2))
            )


def _job(row: Row[Any]) -> Job:
    return Job(
        tenant_id=row.tenant_id,
        id=row.id,
        kind=row.kind,
        params=row.params,
        cursor=row.cursor,
        created_by=row.created_by,
        person_id=row.person_id,
        locale=row.locale,
        fence=row.fence,
        total=row.total,
        done=row.done,
        failed=row.failed,
        result=row.result,
    )
