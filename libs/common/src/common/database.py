"""The one place that opens and commits transactions, always inside a tenant's row-level-security scope."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from typing import Any, cast
from uuid import UUID

from asyncpg import InterfaceError, PostgresError
from sqlalchemy import delete, event, make_url, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import QueuePool

from common import tables
from common.call import Call
from common.clock import Clock
from common.crash_points import crash_point
from common.due import Due
from common.errors import AlreadyHandled, StillRunning, Unavailable, Unreachable, VersionMismatch
from common.events import Event
from common.hints import SendHint
from common.identity import Identity
from common.instrument_kinds import Attributes
from common.instruments import DATABASE
from common.keys import PersonSeals
from common.measured import Measured
from common.operations import Job
from common.sealed import MasterKeys
from common.secret import Secret
from common.transaction import Transaction

_POOL = "db.client.connection.pool.name"
_LOCK_NOT_AVAILABLE = "55P03"
_QUERY_CANCELED = "57014"
_DEADLOCK = "40P01"
# No connection, a password that is just being rotated, too many connections, starting or shutting down.
_NO_ENTRY = ("08", "28", "53300", "57P")
# What opening a connection fails with while the server is away, starts, stops or is full.
_AWAY = (OSError, PostgresError, InterfaceError, PoolTimeoutError)


class Reader:
    """A read-only look at one tenant's rows, with the means to open sealed texts."""

    def __init__(self, session: AsyncSession, identity: Identity, seals: PersonSeals) -> None:
        self.session = session
        self.identity = identity
        self.tenant_id = identity.tenant_id
        self.unseal = seals.unseal
        self.data_key = seals.key
        self.load_keys = seals.load


class Database:
    """A service's own database: requests as `<svc>_app`, sweeping as `<svc>_worker`."""

    def __init__(
        self,
        app_dsn: Secret,
        worker_dsn: Secret,
        *,
        service: str,
        clock: Clock,
        master_keys: MasterKeys,
        pool_size: int = 10,
    ) -> None:
        self.service = service
        self.clock = clock
        self._master_keys = master_keys
        self._most = {"app": 2 * pool_size, "worker": 12}
        self._app = _engine(app_dsn, pool_size=pool_size, max_overflow=pool_size)
        self._worker = _engine(worker_dsn, pool_size=4, max_overflow=8)
        self._sessions = async_sessionmaker(self._app, expire_on_commit=False)
        self._after_publish: list[Callable[[], None]] = []
        self.send_hint: SendHint = _no_hint

    def on_publish(self, wake: Callable[[], None]) -> None:
        """Call `wake` after every commit that left events for the relay."""
        self._after_publish.append(wake)

    def pool_use(self) -> list[tuple[float, Attributes]]:
        """Return how many connections of each pool are used and how many idle, for `db.client.connection.count`."""
        return [
            (count, {_POOL: name, "db.client.connection.state": state})
            for name, pool in self._pools()
            for state, count in (("used", pool.checkedout()), ("idle", pool.checkedin()))
        ]

    def pool_max(self) -> list[tuple[float, Attributes]]:
        """Return how many connections each pool may open, for `db.client.connection.max`."""
        return [(most, {_POOL: name}) for name, most in self._most.items()]

    def _pools(self) -> list[tuple[str, QueuePool]]:
        engines = {"app": self._app, "worker": self._worker}
        return [(name, cast(QueuePool, engine.pool)) for name, engine in engines.items()]

    async def close(self) -> None:
        """Close both pools."""
        await self._app.dispose()
        await self._worker.dispose()

    @asynccontextmanager
    async def transaction(self, call: Call) -> AsyncIterator[Transaction]:
        """Run a command as one commit; a known idempotency key raises Replayed instead of running it again."""
        async with self._commit("command", call.identity, call) as tx:
            await tx.claim_key()
            yield tx

    @asynccontextmanager
    async def reaction(self, event: Event[Any]) -> AsyncIterator[Transaction]:
        """Run a reaction exactly once: the event's inbox row is claimed in the same commit, else AlreadyHandled."""
        identity = Identity.of_service(self.service, event.tenant_id, event.actor)
        async with self._commit("reaction", identity) as tx:
            claimed = await tx.session.execute(
                upsert(tables.inbox)
                .values(tenant_id=event.tenant_id, event_id=event.id, event_type=event.type)
                .on_conflict_do_nothing()
                .returning(tables.inbox.c.event_id)
            )
            if claimed.first() is None:
                raise AlreadyHandled
            yield tx

    @asynccontextmanager
    async def deadline(self, due: Due) -> AsyncIterator[Transaction]:
        """Handle a due row and remove it in one commit; AlreadyHandled if it was moved or done meanwhile."""
        async with self._commit("deadline", Identity.of_service(self.service, due.tenant_id)) as tx:
            column = tables.due.c
            removed = await tx.session.execute(
                delete(tables.due)
                .where(
                    column.tenant_id == due.tenant_id,
                    column.kind == due.kind,
                    column.object_id == due.object_id,
                    column.key == due.key,
                    column.due_at == due.due_at,
                )
                .returning(column.kind)
            )
            if removed.first() is None:
                raise AlreadyHandled
            yield tx

    @asynccontextmanager
    async def job(self, job: Job) -> AsyncIterator[Transaction]:
        """Commit one chunk of an operation with its progress; raises JobStopped if it was cancelled or taken over."""
        async with self._commit("job", job.identity(self.service)) as tx:
            await job.hold(tx.session)
            yield tx
            await job.save(tx.session)
            tx.hint("operation", job.id)

    @asynccontextmanager
    async def read(self, identity: Identity) -> AsyncIterator[Reader]:
        """Open a read-only transaction in the tenant's scope."""
        async with self._scoped(identity.tenant_id, "read") as session:
            await session.execute(text("SET TRANSACTION READ ONLY"))
            yield Reader(session, identity, self._seals(session, identity.tenant_id))

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction of the worker role: the mechanism tables only, across tenants."""
        with self._measured("worker") as work:
            async with AsyncExitStack() as opened:
                try:
                    connection = await opened.enter_async_context(self._worker.begin())
                except _AWAY as away:
                    work.fail(Unreachable.reason)
                    raise Unreachable from away
                yield connection

    async def is_ready(self, revision: str) -> bool:
        """Tell whether the database answers and its schema is at the revision or knows it."""
        async with self._app.connect() as connection:
            found = await connection.scalar(text("SELECT version_num FROM alembic_version"))
            return bool(found and str(found) >= revision)

    @asynccontextmanager
    async def _commit(self, operation: str, identity: Identity, call: Call | None = None) -> AsyncIterator[Transaction]:
        async with self._scoped(identity.tenant_id, operation) as session:
            tx = Transaction(
                session,
                identity,
                service=self.service,
                now=self.clock.now(identity.tenant_id),
                seals=self._seals(session, identity.tenant_id),
                call=call,
            )
            yield tx
            await tx.finish()
        crash_point("committed")
        if tx.published:
            for wake in self._after_publish:
                wake()
        for kind, object_id in tx.hints:
            await self.send_hint(identity.tenant_id, kind, object_id)

    @asynccontextmanager
    async def _scoped(self, tenant_id: UUID, operation: str) -> AsyncIterator[AsyncSession]:
        with self._measured(operation) as work:
            try:
                async with AsyncExitStack() as opened:
                    session = await opened.enter_async_context(self._sessions.begin())
                    try:
                        await session.execute(
                            text("SELECT set_config('app.tenant', :tenant, true)"), {"tenant": str(tenant_id)}
                        )
                    except _AWAY as away:
                        work.fail(Unreachable.reason)
                        raise Unreachable from away
                    yield session
            except StaleDataError as stale:
                raise VersionMismatch from stale
            except DBAPIError as failed:
                work.fail(getattr(failed.orig, "sqlstate", None) or type(failed).__name__)
                raise _as_app_error(failed) from failed

    def _measured(self, operation: str) -> Measured:
        """Return one transaction as a span and a measurement; `operation` says what for, in one word."""
        name, facts = _named(operation, self.service)
        return Measured.leaf(DATABASE, facts, name)

    def _seals(self, session: AsyncSession, tenant_id: UUID) -> PersonSeals:
        return PersonSeals(session, tenant_id, self._master_keys)


def _engine(dsn: Secret, *, pool_size: int, max_overflow: int) -> AsyncEngine:
    """Return an engine that looks the URL up at each new connection, so that a rotated password needs no restart."""
    engine = create_async_engine(dsn.read(), pool_size=pool_size, max_overflow=max_overflow, pool_pre_ping=True)

    @event.listens_for(engine.sync_engine, "do_connect")
    def look_up(dialect: Dialect, _: object, __: object, parameters: dict[str, Any]) -> None:
        parameters.update(dialect.create_connect_args(make_url(dsn.read()))[1])

    return engine


@cache
def _named(operation: str, service: str) -> tuple[str, dict[str, str | int]]:
    schema = service.replace("-", "_")
    return f"{operation} {schema}", {
        "db.system.name": "postgresql",
        "db.namespace": schema,
        "db.operation.name": operation,
    }


async def _no_hint(tenant_id: UUID, kind: str, object_id: UUID) -> None:
    """Hint nobody: there is no broker here."""


def _as_app_error(failed: DBAPIError) -> Exception:
    """Translate what a caller may simply repeat; everything else stays an internal fault."""
    state = getattr(failed.orig, "sqlstate", None)
    if state in {_LOCK_NOT_AVAILABLE, _DEADLOCK}:
        return StillRunning()
    if failed.connection_invalidated or str(state).startswith(_NO_ENTRY):
        return Unreachable()
    if state == _QUERY_CANCELED:
        return Unavailable()
    return failed
