"""Two clocks: real time for machines, and business time, which demo tenants may move ahead."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.errors import BucketNotFoundError, NoKeysError
from nats.js.kv import KV_DEL, KV_PURGE, KeyValue

from common.logging import get_logger

BUCKET = "clock"
# A watch is renewed this often, so that one lost with its server heals by itself.
_RENEW = 15.0
_log = get_logger(__name__)


class Offsets(Protocol):
    """Says by how much a tenant's business time differs from real time."""

    def of(self, tenant_id: UUID) -> timedelta:
        """Return the tenant's offset; zero for a tenant whose clock was never moved."""

    def moved(self) -> list[UUID]:
        """Return the tenants whose offset is not zero."""


class _Unmoved:
    def of(self, tenant_id: UUID) -> timedelta:
        return timedelta()

    def moved(self) -> list[UUID]:
        return []


class Clock:
    """Tells both times; without offsets, as in production, they are the same."""

    def __init__(self, offsets: Offsets | None = None) -> None:
        self._offsets = offsets or _Unmoved()

    def system(self) -> datetime:
        """Return real time, aware UTC: for tokens, leases, timeouts, retention, telemetry."""
        return datetime.now(UTC)

    def now(self, tenant_id: UUID) -> datetime:
        """Return the tenant's business time, aware UTC: for dues, states and documents."""
        return self.system() + self.offset(tenant_id)

    def offset(self, tenant_id: UUID) -> timedelta:
        """Return business time minus real time."""
        return self._offsets.of(tenant_id)

    def moved_tenants(self) -> list[UUID]:
        """Return the tenants whose business time is not real time; sweeps look at them one by one."""
        return self._offsets.moved()


class FixedClock(Clock):
    """For tests: stands still until it is moved; business time may be moved per tenant."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self._at = at
        self._ahead: dict[UUID, timedelta] = {}

    def system(self) -> datetime:
        """Return the time at which the clock stands."""
        return self._at

    def offset(self, tenant_id: UUID) -> timedelta:
        """Return by how much the tenant was moved ahead."""
        return self._ahead.get(tenant_id, timedelta())

    def moved_tenants(self) -> list[UUID]:
        """Return the tenants that were moved ahead of the others."""
        return list(self._ahead)

    def set(self, at: datetime) -> None:
        """Stand at another time, for every tenant."""
        self._at = at

    def advance(self, by: timedelta, tenant_id: UUID | None = None) -> None:
        """Move on by a duration: both clocks, or one tenant's business time."""
        if tenant_id is None:
            self._at += by
        else:
            self._ahead[tenant_id] = self.offset(tenant_id) + by


class ClockMoved(RuntimeError):
    """Production found a tenant whose clock was moved, and must not start."""


class ClockOffsets:
    """The offsets of all demo tenants, kept current by watching a bucket in the broker."""

    def __init__(self, *, allowed: bool = True) -> None:
        self._allowed = allowed
        self._offsets: dict[UUID, timedelta] = {}

    def of(self, tenant_id: UUID) -> timedelta:
        """Return the tenant's offset; zero for a tenant whose clock was never moved."""
        return self._offsets.get(tenant_id, timedelta())

    def moved(self) -> list[UUID]:
        """Return the tenants whose offset is not zero."""
        return [tenant_id for tenant_id, offset in self._offsets.items() if offset]

    async def load(self, broker: Client) -> None:
        """Read every offset once, before serving; where none is allowed, raise ClockMoved if there is one."""
        offsets = await offsets_in_force(broker)
        if any(offsets.values()) and not self._allowed:
            raise ClockMoved("production does not run with moved clocks; empty the bucket `clock` first")
        self._offsets.update(offsets)

    async def watch(self, broker: Client) -> None:
        """Follow changes until cancelled; does nothing where no offset is allowed."""
        while self._allowed:
            try:
                await self._follow(await _bucket(broker))
            except (NatsError, TimeoutError) as lost:
                _log.warning("clock_watch_lost", error=type(lost).__name__)
                await asyncio.sleep(1)

    async def _follow(self, bucket: KeyValue) -> None:
        watcher: Any = await bucket.watchall(inactive_threshold=2 * _RENEW)
        try:
            async with asyncio.timeout(_RENEW):
                async for entry in watcher:
                    if entry is not None:
                        self._apply(entry)
        except TimeoutError:
            pass
        finally:
            await watcher.stop()

    def _apply(self, entry: KeyValue.Entry) -> None:
        try:
            tenant_id, offset = UUID(entry.key), _read(entry.value)
        except ValueError:
            _log.warning("clock_entry_unreadable")
            return
        self._offsets[tenant_id] = timedelta() if entry.operation in (KV_DEL, KV_PURGE) else offset


async def set_offset(broker: Client, tenant_id: UUID, offset: timedelta) -> None:
    """Move a demo tenant's business time; every process that watches follows within milliseconds."""
    bucket = await _bucket(broker)
    await bucket.put(str(tenant_id), str(offset.total_seconds()).encode())


async def offsets_in_force(broker: Client) -> dict[UUID, timedelta]:
    """Return every tenant whose clock was ever moved; empty where there is no bucket."""
    try:
        bucket = await broker.jetstream().key_value(BUCKET)
        return {UUID(key): _read((await bucket.get(key)).value) for key in await bucket.keys()}
    except (BucketNotFoundError, NoKeysError):
        return {}


async def _bucket(broker: Client) -> KeyValue:
    js = broker.jetstream()
    try:
        return await js.key_value(BUCKET)
    except BucketNotFoundError:
        return await js.create_key_value(bucket=BUCKET, history=1)


def _read(value: bytes | None) -> timedelta:
    return timedelta(seconds=float(value or b"0"))
