"""What must hold in every installation at rest, whatever was killed, lost or restored: the findings that break it."""

import importlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from types import SimpleNamespace

import asyncpg
from common.audit_chain import first_break
from common.events import event_type_of
from common.streams import CONSUMES

from ops.copies import COPIES, ahead_of_owner
from ops.installation import Installation
from ops.topology import BY_NAME, STORED

# Of one kind that many are named, the rest is counted.
NAMED = 5
_BATCH = 5000

_DISORDER = """
SELECT aggregate_type, aggregate_id, epoch, sequence FROM (
  SELECT *, lag(sequence) OVER (PARTITION BY tenant_id, aggregate_type, aggregate_id, epoch ORDER BY id) AS before
  FROM outbox) kept
WHERE sequence <> before + 1
"""
# A first event may be gone only where the schema is older than published events are kept.
_HEADLESS = """
SELECT aggregate_type, aggregate_id, min(sequence) AS first FROM outbox
WHERE NOT EXISTS (SELECT FROM audit WHERE recorded_at < now() - interval '30 days')
GROUP BY tenant_id, aggregate_type, aggregate_id HAVING min(sequence) <> 1
"""
_MISCOUNTED = """
SELECT s.aggregate_type, s.aggregate_id, s.last, o.last AS published FROM aggregate_sequence s
JOIN (SELECT tenant_id, aggregate_type, aggregate_id, max(sequence) FILTER (WHERE epoch = newest) AS last
      FROM (SELECT *, max(epoch) OVER (PARTITION BY tenant_id, aggregate_type, aggregate_id) AS newest FROM outbox) o
      GROUP BY tenant_id, aggregate_type, aggregate_id) o USING (tenant_id, aggregate_type, aggregate_id)
WHERE s.last <> o.last
"""
_WAITING = """
SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL AND created_at < now() - $1 * interval '1 second')
     + (SELECT count(*) FROM operation WHERE state IN ('pending', 'running')
        AND updated_at < now() - $1 * interval '1 second')
     + (SELECT count(*) FROM audit WHERE seq IS NULL AND recorded_at < now() - $1 * interval '1 second')
"""
_TENANT_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND c.relname <> 'dead_letter'
"""
_STRANGERS = "SELECT tenant_id, count(*) AS rows FROM {table} WHERE NOT tenant_id = ANY ($1) GROUP BY tenant_id"


async def findings(installation: Installation, grace: float = 0) -> list[str]:
    """Return everything that breaks a promise; empty means that all hold.

    What is younger than `grace` seconds may still be on its way and is not looked at.
    """
    return [finding async for finding in _findings(installation, grace)]


async def waiting(installation: Installation, grace: float = 0) -> int:
    """Return how much is still on its way: unpublished or unhandled events, operations, unchained audit rows."""
    count = 0
    for service in STORED:
        async with installation.connect(service.name) as connection:
            count += await connection.fetchval(_WAITING, grace)
    return count + sum([1 async for _ in _unhandled(installation, grace)])


async def stated_losses(installation: Installation) -> dict[str, dict[str, list[str]]]:
    """Return the objects whose loss a restore has stated: service -> kind -> ids."""
    stated: dict[str, dict[str, list[str]]] = {}
    for service in STORED:
        async with installation.connect(service.name) as connection:
            for row in await connection.fetch("SELECT lost FROM epoch ORDER BY number"):
                for kind, ids in row["lost"].get("objects", {}).items():
                    stated.setdefault(service.name, {}).setdefault(kind, []).extend(ids)
    return stated


async def _findings(installation: Installation, grace: float) -> AsyncIterator[str]:
    for service in STORED:
        async with installation.connect(service.name) as connection:
            for check in (_sequences, _broken_chains, _dead_letters):
                for finding in await check(connection):
                    yield f"{service.name}: {finding}"
            if late := await connection.fetchval(_WAITING, grace):
                yield f"{service.name}: {late} events, operations or audit rows are still waiting"
    async for finding in _unhandled(installation, grace):
        yield finding
    for check_all in (_strangers, _ahead):
        for finding in await check_all(installation):
            yield finding


async def _sequences(connection: asyncpg.Connection) -> list[str]:
    said: list[tuple[str, str]] = [
        (_DISORDER, "{aggregate_type} {aggregate_id} goes on with {sequence} in epoch {epoch}, not with the next"),
        (_HEADLESS, "{aggregate_type} {aggregate_id} begins with {first}"),
        (_MISCOUNTED, "{aggregate_type} {aggregate_id} has counted {last} events and keeps the {published}th as last"),
    ]
    return [
        each
        for sql, words in said
        for each in _named([words.format(**dict(row)) for row in await connection.fetch(sql)])
    ]


async def _broken_chains(connection: asyncpg.Connection) -> list[str]:
    found = []
    for tenant in await connection.fetch("SELECT DISTINCT tenant_id FROM audit WHERE seq = 1"):
        rows = await connection.fetch(
            "SELECT * FROM audit WHERE tenant_id = $1 AND seq IS NOT NULL ORDER BY seq", *tenant
        )
        if broken := first_break([SimpleNamespace(**dict(row)) for row in rows]):  # type: ignore[misc]
            found.append(f"audit chain of {tenant[0]} breaks at {broken}")
    return found


async def _dead_letters(connection: asyncpg.Connection) -> list[str]:
    rows = await connection.fetch(
        "SELECT event_type, error, count(*) AS n FROM dead_letter GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return [f"{row['n']} dead letters {row['event_type']} {row['error']}" for row in rows]


async def _unhandled(installation: Installation, grace: float) -> AsyncIterator[str]:
    for consumer, sources in CONSUMES.items():
        for source in sources:
            types = reacted_types(consumer, source)
            async with installation.connect(source) as owner, installation.connect(consumer) as reader:
                missing = [each async for each in _missing(owner, reader, sorted(types), grace)]
            for each in _named(missing):
                yield f"{consumer} never handled {source}.{each}"


async def _missing(
    owner: asyncpg.Connection, reader: asyncpg.Connection, types: list[str], grace: float
) -> AsyncIterator[str]:
    published = """SELECT tenant_id, event_id, event_type FROM outbox
        WHERE event_type = ANY ($1) AND created_at < now() - $2 * interval '1 second'"""
    handled = """SELECT event_id FROM unnest($1::uuid[], $2::uuid[]) AS said(tenant_id, event_id)
        JOIN inbox USING (tenant_id, event_id)"""
    async with owner.transaction(readonly=True):
        cursor = await owner.cursor(published, types, grace)
        while rows := await cursor.fetch(_BATCH):
            ids = [row["event_id"] for row in rows]
            known = await reader.fetch(handled, [row["tenant_id"] for row in rows], ids)
            missing = set(ids) - {row["event_id"] for row in known}
            for row in rows:
                if row["event_id"] in missing:
                    yield f"{row['event_type']} {row['event_id']}"


async def _strangers(installation: Installation) -> list[str]:
    async with installation.connect("directory") as connection:
        tenants = [row["id"] for row in await connection.fetch("SELECT id FROM tenant")]
    found = []
    for service in STORED:
        async with installation.connect(service.name) as connection:
            for (table,) in await connection.fetch(_TENANT_TABLES):
                for row in await connection.fetch(_STRANGERS.format(table=table), tenants):
                    found.append(
                        f"{service.name}: {row['rows']} rows of {table} belong to no tenant: {row['tenant_id']}"
                    )
    return found


async def _ahead(installation: Installation) -> list[str]:
    stated, found = await stated_losses(installation), []
    for copy in COPIES:
        explained = set(stated.get(copy.source, {}).get(copy.aggregate, ()))
        ahead: dict[bool, list[str]] = defaultdict(list)
        for id, known in await ahead_of_owner(installation, copy):
            if known or id not in explained:
                ahead[known].append(id)
        words = {True: "knows more than its owner of", False: "knows what its owner does not:"}
        for known, ids in ahead.items():
            found += [f"{copy.consumer} {words[known]} {copy.source} {copy.aggregate} {id}" for id in _named(ids)]
    return found


def reacted_types(consumer: str, source: str) -> frozenset[str]:
    """Return the types of the source's events that the consumer reacts to."""
    reactions: Iterable[SimpleNamespace] = importlib.import_module(f"{BY_NAME[consumer].package}.reactions").REACTIONS
    return frozenset(str(event_type_of(each.message)) for each in reactions if source in each.sources)


def _named(said: list[str]) -> list[str]:
    return said if len(said) <= NAMED else [*said[:NAMED], f"… and {len(said) - NAMED} more like {said[0]}"]
