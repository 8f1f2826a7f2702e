"""The history checker: after healing and quiet, what every service's database must say, whatever was killed."""

import asyncio
import importlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace

import asyncpg
from common.audit_chain import first_break
from common.events import event_type_of
from common.streams import CONSUMES, PUBLISHERS

SCHEMAS = {service: service.replace("-", "_") for service in CONSUMES}


@dataclass
class Outcome:
    """What a client knows of its command: ok with an id, refused, or unknown because the answer never came."""

    key: str
    state: str
    resource_id: str = ""


async def quiet(dsn: str, seconds: float = 60) -> None:
    """Wait until nothing is unpublished, every published event is handled and every operation has ended."""
    async with asyncio.timeout(seconds):
        while await _backlog(dsn):
            await asyncio.sleep(0.3)


async def findings(dsn: str) -> list[str]:
    """Return everything that breaks a promise; empty means that the history is clean."""
    connection = await asyncpg.connect(dsn)
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
    try:
        found = [each for service in SCHEMAS for each in await _gaps(connection, service)]
        found += [each for service in SCHEMAS for each in await _broken_chains(connection, service)]
        found += [each for service in SCHEMAS for each in await _dead_letters(connection, service)]
        found += await _unhandled(connection)
        return found
    finally:
        await connection.close()


async def _gaps(connection: asyncpg.Connection, service: str) -> list[str]:
    rows = await connection.fetch(
        f"""SELECT aggregate_type, aggregate_id, array_agg(sequence ORDER BY id) AS sequences
        FROM {SCHEMAS[service]}.outbox GROUP BY tenant_id, aggregate_type, aggregate_id, epoch"""
    )
    return [
        f"{service}: {row['aggregate_type']} {row['aggregate_id']} has sequences {row['sequences']}"
        for row in rows
        if row["sequences"] != list(range(1, len(row["sequences"]) + 1))
    ]


async def _unhandled(connection: asyncpg.Connection) -> list[str]:
    found = []
    for consumer, sources in CONSUMES.items():
        handled = {row["event_id"] for row in await connection.fetch(f"SELECT event_id FROM {SCHEMAS[consumer]}.inbox")}
        for source in sources:
            types = _reacted_types(consumer, source)
            for row in await connection.fetch(f"SELECT event_id, event_type FROM {SCHEMAS[source]}.outbox"):
                if row["event_type"] in types and row["event_id"] not in handled:
                    found.append(f"{consumer} never handled {source}.{row['event_type']} {row['event_id']}")
    return found


async def _broken_chains(connection: asyncpg.Connection, service: str) -> list[str]:
    chains: dict[str, list[SimpleNamespace]] = defaultdict(list)
    for row in await connection.fetch(f"SELECT * FROM {SCHEMAS[service]}.audit WHERE seq IS NOT NULL ORDER BY seq"):
        chains[str(row["tenant_id"])].append(SimpleNamespace(**dict(row)))
    breaks = {tenant: first_break(chain) for tenant, chain in chains.items()}
    return [f"{service}: audit chain of {tenant} breaks at {seq}" for tenant, seq in breaks.items() if seq]


async def _dead_letters(connection: asyncpg.Connection, service: str) -> list[str]:
    rows = await connection.fetch(f"SELECT event_type, error FROM {SCHEMAS[service]}.dead_letter")
    return [f"{service}: dead letter {row['event_type']} {row['error']}" for row in rows]


async def _backlog(dsn: str) -> int:
    connection = await asyncpg.connect(dsn)
    try:
        waiting = 0
        for service in PUBLISHERS:
            waiting += await connection.fetchval(
                f"SELECT count(*) FROM {SCHEMAS[service]}.outbox WHERE published_at IS NULL"
            )
        for schema in SCHEMAS.values():
            waiting += await connection.fetchval(
                f"SELECT count(*) FROM {schema}.operation WHERE state IN ('pending', 'running')"
            )
            waiting += await connection.fetchval(f"SELECT count(*) FROM {schema}.audit WHERE seq IS NULL")
        return waiting + len(await _unhandled(connection))
    finally:
        await connection.close()


def _reacted_types(consumer: str, source: str) -> frozenset[str]:
    reactions: Iterable = importlib.import_module(f"{SCHEMAS[consumer]}.reactions").REACTIONS
    return frozenset(str(event_type_of(each.message)) for each in reactions if source in each.sources)
