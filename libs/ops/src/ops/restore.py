"""Restoring services from bare dumps: what was lost is stated, the epoch rises, and everything is said again."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from common.ids import new_id
from common.snapshots import PUBLISH_SNAPSHOT
from common.streams import CONSUMES

from ops.backup import Manifest, major_of, read_manifest
from ops.copies import COPIES, ahead_of_owner
from ops.endings import say_ended
from ops.installation import Installation
from ops.postgres_tools import PostgresTools, ToolFailed
from ops.topology import BY_NAME

# Published events are kept for so long, to be said again to a consumer that is behind.
OUTBOX_KEPT = timedelta(days=30)
_IN_USE = "SELECT count(*) FROM pg_stat_activity WHERE usename = ANY ($1) AND pid <> pg_backend_pid()"
# Later than every epoch there ever was, also if the same dump is restored twice: seconds since 2020.
_RAISE_EPOCH = """
INSERT INTO epoch (number, dump_taken_at, lost)
SELECT greatest(coalesce(max(number), 1) + 1, extract(epoch FROM now() - timestamptz '2020-01-01 00:00+00')::int),
       $1, '{}' FROM epoch
RETURNING number
"""
_HEARD = "SELECT event_id, event_type FROM inbox WHERE handled_at >= $1 AND starts_with(event_type, $2)"
_UNKNOWN = "SELECT unnest($1::uuid[]) EXCEPT SELECT event_id FROM outbox"
_PUBLISH = """
INSERT INTO operation (tenant_id, id, kind, state, params, cursor, result, created_by, locale)
VALUES ($1, $2, $3, 'pending', '{}', '{}', '{}', 'service:restore', 'en')
"""


@dataclass
class Restored:
    """One service as it was restored, with what others had heard of it and it no longer knows."""

    manifest: Manifest
    epoch: int
    age: timedelta
    events: Counter[str] = field(default_factory=Counter)
    objects: dict[str, list[str]] = field(default_factory=dict)
    ended: Counter[str] = field(default_factory=Counter)

    @property
    def lost(self) -> dict[str, Any]:
        """Return the loss as the schema keeps it."""
        return {"events": dict(self.events), "objects": self.objects, "ended": dict(self.ended)}


async def restore_dumps(
    installation: Installation, dumps: dict[str, Path], tools: PostgresTools, *, replace: bool = False
) -> list[Restored]:
    """Restore each service from its dump, then state what all of them together lost and let them say how they stand.

    No service may be running; the streams must be made anew afterwards (`ops.streams.rebuild`), so that what was
    published since a dump reaches the service that forgot it. `replace` drops a schema that holds something.
    """
    manifests = {service: read_manifest(dump) for service, dump in dumps.items()}
    for service, manifest in manifests.items():
        await _require_ready(installation, service, manifest, tools, replace=replace)
    restored = []
    for service, dump in dumps.items():
        await _replace_schema(installation, service, dump, tools)
        restored.append(await _raise_epoch(installation, manifests[service]))
    for each in restored:
        await _state_loss(installation, each)
    for service in sorted(_speakers(restored)):
        await publish_snapshots(installation, service)
    return restored


async def publish_snapshots(installation: Installation, service: str, tenant_id: str | None = None) -> int:
    """Let the service say how everything of a tenant, or of every tenant, stands; returns how many tenants."""
    async with installation.connect(service) as connection:
        known = await connection.fetch("SELECT DISTINCT tenant_id::text FROM aggregate_sequence")
        tenants = [row["tenant_id"] for row in known if tenant_id in (None, row["tenant_id"])]
        for tenant in tenants:
            await connection.execute(_PUBLISH, tenant, new_id(), PUBLISH_SNAPSHOT)
    return len(tenants)


def _speakers(restored: list[Restored]) -> set[str]:
    """Return who has to say how everything stands: the restored, and whom one of them has missed for too long."""
    missed = {source for each in restored if each.age >= OUTBOX_KEPT for source in CONSUMES[each.manifest.service]}
    return missed | {each.manifest.service for each in restored}


async def _require_ready(
    installation: Installation, service: str, manifest: Manifest, tools: PostgresTools, *, replace: bool
) -> None:
    if manifest.service != service:
        raise ToolFailed(f"the dump is one of {manifest.service}, not of {service}")
    schema = BY_NAME[service].package
    roles = [f"{schema}_{kind}" for kind in ("app", "worker", "migrator")]
    async with installation.connect(service) as connection:
        server = await major_of(connection)
        if await connection.fetchval(_IN_USE, roles):
            raise ToolFailed(f"{service} is connected to its database; stop it first")
        if await connection.fetchval("SELECT count(*) FROM pg_roles WHERE rolname = ANY ($1)", roles) < len(roles):
            raise ToolFailed(f"the roles of {service} are not there; run `tandem-ops prepare` first")
        filled = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = $1", schema)
        if filled and not replace:
            raise ToolFailed(f"schema {schema} holds {filled} tables; say --replace to give them up")
    await asyncio.to_thread(tools.require_major, "pg_restore", server)


async def _replace_schema(installation: Installation, service: str, dump: Path, tools: PostgresTools) -> None:
    async with installation.connect(service) as connection:
        await connection.execute(f"DROP SCHEMA IF EXISTS {BY_NAME[service].package} CASCADE")
    dsn = installation.dsn_of(service)
    arguments = ["--exit-on-error", "--single-transaction", "--no-password"]
    # Without a database named, the program prints the dump instead of restoring it.
    database = tools.command("pg_restore", dsn=dsn)[1]["PGDATABASE"]
    await asyncio.to_thread(tools.run, "pg_restore", *arguments, f"--dbname={database}", str(dump), dsn=dsn)


async def _raise_epoch(installation: Installation, manifest: Manifest) -> Restored:
    async with installation.connect(manifest.service) as connection:
        epoch = await connection.fetchval(_RAISE_EPOCH, manifest.moment)
    return Restored(manifest, epoch, datetime.now(UTC) - manifest.moment)


async def _state_loss(installation: Installation, restored: Restored) -> None:
    service = restored.manifest.service
    async with installation.connect(service) as owner:
        lost: dict[UUID, str] = {}
        for consumer, sources in CONSUMES.items():
            if service in sources:
                lost |= await _lost_events(installation, consumer, owner, restored.manifest)
        restored.events = Counter(lost.values())
        restored.objects = await _lost_objects(installation, service)
        restored.ended = await say_ended(installation, service, owner, restored.epoch, lost)
        await owner.execute("UPDATE epoch SET lost = $2 WHERE number = $1", restored.epoch, restored.lost)


async def _lost_events(
    installation: Installation, consumer: str, owner: asyncpg.Connection, manifest: Manifest
) -> dict[UUID, str]:
    """Return the events, with their types, that the consumer has handled and their publisher no longer has."""
    source = f"{manifest.service}."
    async with installation.connect(consumer) as reader:
        rows = await reader.fetch(_HEARD, manifest.moment, source)
    heard = {row["event_id"]: row["event_type"].removeprefix(source) for row in rows}
    return {row[0]: heard[row[0]] for row in await owner.fetch(_UNKNOWN, list(heard))}


async def _lost_objects(installation: Installation, service: str) -> dict[str, list[str]]:
    objects: dict[str, set[str]] = {}
    for copy in COPIES:
        if copy.source == service:
            ahead = await ahead_of_owner(installation, copy)
            objects.setdefault(copy.aggregate, set()).update(id for id, known in ahead if not known)
    return {kind: sorted(ids) for kind, ids in objects.items() if ids}
