"""A service restored from a dump says what it lost, and what it says from then on is newer than all before."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from common.ids import new_id
from devstack.background import Background
from devstack.databases import ServiceDatabases
from devstack.passwords import Passwords
from devstack.postgres import BINARIES, Postgres
from ops.backup import dump_service, newest_dumps, read_manifest
from ops.check import findings, stated_losses
from ops.installation import Installation
from ops.postgres_tools import PostgresTools, ToolFailed
from ops.restore import Restored, publish_snapshots, restore_dumps
from ops.roles import create_database
from ops.topology import STORED
from tandem.directory.v1.events_pb2 import UnitChanged
from tandem.directory.v1.facts_pb2 import UnitFacts

TOOLS = PostgresTools(BINARIES)
TENANT = UUID(int=1)
NOW = datetime(2026, 9, 30, tzinfo=UTC)
_CONSUMERS = ("scheduling", "interview_record", "plan_tracking", "notification", "metrics")


@pytest.fixture(scope="module")
def site(bare_postgres: Postgres, server_folder: Path, background: Background) -> SimpleNamespace:
    """Return an installation with every schema, and a way to ask it."""
    background.run(create_database(bare_postgres.admin_dsn))
    databases = ServiceDatabases(bare_postgres, Passwords(server_folder / "site-roles.json"), background)
    dsns = {service.name: databases.clean(service.package) for service in STORED}

    def ask(sql: str, *arguments: Any) -> list[asyncpg.Record]:
        async def run() -> list[asyncpg.Record]:
            connection = await asyncpg.connect(bare_postgres.admin_dsn)
            try:
                return list(await connection.fetch(sql, *arguments))
            finally:
                await connection.close()

        return background.run(run())

    ask(
        """INSERT INTO directory.tenant (tenant_id, id, version, name, region, default_locale, default_time_zone,
           default_calendar_code, demo) VALUES ($1, $1, 1, 'n', 'cn', 'en', 'UTC', 'CN', false)""",
        TENANT,
    )
    return SimpleNamespace(installation=Installation(bare_postgres.admin_dsn), ask=ask, dsns=dsns)


def say(site: SimpleNamespace, unit_id: UUID, sequence: int) -> UUID:
    """Let directory say something of a unit, and everybody handle it, as the services would."""
    event_id, message = new_id(), UnitChanged(unit=UnitFacts(unit_id=str(unit_id), path=[str(unit_id)], active=True))
    facts = (TENANT, event_id, unit_id, sequence, NOW, message.SerializeToString())
    site.ask(
        """INSERT INTO directory.outbox (tenant_id, event_id, event_type, aggregate_type, aggregate_id, sequence, epoch,
           occurred_at, actor, payload, trace, published_at)
           VALUES ($1, $2, 'unit.changed.v1', 'unit', $3, $4, 1, $5, 'test', $6, '{}', now())""",
        *facts,
    )
    site.ask(
        """INSERT INTO directory.aggregate_sequence VALUES ($1, 'unit', $2, $3)
           ON CONFLICT (tenant_id, aggregate_type, aggregate_id) DO UPDATE SET last = excluded.last""",
        TENANT,
        unit_id,
        sequence,
    )
    for schema in _CONSUMERS:
        site.ask(
            f"INSERT INTO {schema}.inbox (tenant_id, event_id, event_type) "
            "VALUES ($1, $2, 'directory.unit.changed.v1')",
            TENANT,
            event_id,
        )
    site.ask(
        """INSERT INTO metrics.fact (tenant_id, event_id, subject_id, source, event_type, aggregate_id, epoch, sequence,
           occurred_at, actor, payload)
           VALUES ($1, $2, $3, 'directory', 'directory.unit.changed.v1', $3, 1, $4, $5, 'test', $6)""",
        *facts,
    )
    site.ask(
        """INSERT INTO scheduling.unit (tenant_id, id, path, active, epoch, sequence) VALUES ($1, $2, '{}', true, 1, $3)
           ON CONFLICT (tenant_id, id) DO UPDATE SET sequence = excluded.sequence""",
        TENANT,
        unit_id,
        sequence,
    )
    return event_id


def restore(site: SimpleNamespace, folder: Path) -> Restored:
    """Restore directory from the folder's newest dump."""
    dumps = {"directory": newest_dumps(folder)["directory"]}
    [restored] = asyncio.run(restore_dumps(site.installation, dumps, TOOLS, replace=True))
    return restored


def test_what_was_lost_is_stated_ended_and_said_again(site: SimpleNamespace, tmp_path: Path) -> None:
    kept, lost = UUID(int=10), UUID(int=11)
    say(site, kept, 1)
    dump_service(site.installation, "directory", tmp_path, TOOLS)
    say(site, kept, 2)
    say(site, lost, 1)

    first = restore(site, tmp_path)

    assert dict(first.events) == {"unit.changed.v1": 2}
    assert first.objects == {"unit": [str(lost)]}
    assert dict(first.ended) == {"unit": 1}
    assert asyncio.run(stated_losses(site.installation)) == {"directory": {"unit": [str(lost)]}}
    [ending] = site.ask("SELECT * FROM directory.outbox WHERE epoch > 1")
    assert (ending["aggregate_id"], ending["sequence"], ending["epoch"]) == (lost, 1, first.epoch)
    assert not UnitChanged.FromString(ending["payload"]).unit.active
    assert first.epoch > 1
    [operation] = site.ask("SELECT tenant_id, kind, state FROM directory.operation")
    assert tuple(operation) == (TENANT, "publish_snapshot", "pending")
    # The copy is behind the new epoch, so nothing is ahead of its owner.
    assert not any("owner" in finding for finding in asyncio.run(findings(site.installation)))

    # The same dump again: once more the epoch is one that was never used.
    site.ask("UPDATE scheduling.unit SET epoch = $1", first.epoch)
    assert restore(site, tmp_path).epoch > first.epoch


def test_rights_come_back_with_the_schema(site: SimpleNamespace, tmp_path: Path, background: Background) -> None:
    dump_service(site.installation, "directory", tmp_path, TOOLS)
    restore(site, tmp_path)

    async def seen() -> int:
        connection = await asyncpg.connect(site.dsns["directory"].app.replace("+asyncpg", ""))
        try:
            await connection.execute("SELECT set_config('app.tenant', $1, false)", str(TENANT))
            return int(await connection.fetchval("SELECT count(*) FROM tenant"))
        finally:
            await connection.close()

    assert background.run(seen()) == 1
    owners = site.ask("SELECT DISTINCT tableowner::text FROM pg_tables WHERE schemaname = 'directory'")
    assert [row[0] for row in owners] == ["directory_owner"]


def test_a_restore_refuses_what_it_must_not_do(site: SimpleNamespace, tmp_path: Path, background: Background) -> None:
    dump = dump_service(site.installation, "directory", tmp_path, TOOLS)
    dumps = {"directory": dump}
    with pytest.raises(ToolFailed, match="--replace"):
        asyncio.run(restore_dumps(site.installation, dumps, TOOLS))
    with pytest.raises(ToolFailed, match="one of directory, not of metrics"):
        asyncio.run(restore_dumps(site.installation, {"metrics": dump}, TOOLS, replace=True))
    running = background.run(asyncpg.connect(site.dsns["directory"].app.replace("+asyncpg", "")))
    try:
        with pytest.raises(ToolFailed, match="stop it first"):
            asyncio.run(restore_dumps(site.installation, dumps, TOOLS, replace=True))
    finally:
        background.run(running.close())
    with dump.open("ab") as file:
        file.write(b"x")
    with pytest.raises(ToolFailed, match="not those that were written"):
        read_manifest(dump)


def test_snapshots_are_asked_of_one_tenant_or_of_all(site: SimpleNamespace) -> None:
    say(site, UUID(int=12), 1)
    site.ask("DELETE FROM directory.operation")

    assert asyncio.run(publish_snapshots(site.installation, "directory", str(UUID(int=99)))) == 0
    assert asyncio.run(publish_snapshots(site.installation, "directory")) == 1
    assert len(site.ask("SELECT FROM directory.operation")) == 1
