"""The installation's check finds every kind of broken promise, and none in a sound one."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest
from common.ids import new_id
from devstack.postgres import Postgres
from ops.check import findings, waiting
from ops.installation import Installation
from ops.topology import STORED

TENANT, UNIT, EVENT = UUID(int=1), UUID(int=2), UUID(int=3)
NOW = datetime(2026, 9, 30, tzinfo=UTC)
_EVENT = """
INSERT INTO directory.outbox (tenant_id, event_id, event_type, aggregate_type, aggregate_id, sequence, epoch,
                              occurred_at, actor, payload, trace, published_at)
VALUES ($1, $2, 'unit.changed.v1', 'unit', $3, $4, 1, $5, 'test', '', '{}', $6)
"""
_CONSUMERS = ("scheduling", "interview_record", "plan_tracking", "notification", "metrics")


@pytest.fixture
async def sound(
    service_database: Callable[..., object], postgres: Postgres
) -> AsyncIterator[tuple[Installation, asyncpg.Connection]]:
    """Return an installation in which a tenant has said one thing of one unit, and everybody has heard it."""
    for service in STORED:
        service_database(service.package)
    connection = await asyncpg.connect(postgres.admin_dsn)
    await connection.execute(
        """INSERT INTO directory.tenant (tenant_id, id, version, name, region, default_locale, default_time_zone,
           default_calendar_code, demo) VALUES ($1, $1, 1, 'n', 'cn', 'en', 'UTC', 'CN', false)""",
        TENANT,
    )
    await connection.execute(_EVENT, TENANT, EVENT, UNIT, 1, NOW, NOW)
    await connection.execute("INSERT INTO directory.aggregate_sequence VALUES ($1, 'unit', $2, 1)", TENANT, UNIT)
    for schema in _CONSUMERS:
        await connection.execute(
            f"INSERT INTO {schema}.inbox (tenant_id, event_id, event_type) VALUES ($1, $2, $3)",
            TENANT,
            EVENT,
            "directory.unit.changed.v1",
        )
    await connection.execute(
        "INSERT INTO scheduling.unit (tenant_id, id, path, active, epoch, sequence) VALUES ($1, $2, '{}', true, 1, 1)",
        TENANT,
        UNIT,
    )
    yield Installation(postgres.admin_dsn), connection
    await connection.close()


async def test_a_sound_installation_has_no_findings(sound: tuple[Installation, asyncpg.Connection]) -> None:
    assert await findings(sound[0]) == []
    assert await waiting(sound[0]) == 0


BROKEN = {
    "UPDATE directory.outbox SET sequence = 2; UPDATE directory.aggregate_sequence SET last = 2": "begins with 2",
    "UPDATE directory.aggregate_sequence SET last = 2": "has counted 2 events and keeps the 1th",
    "UPDATE directory.outbox SET published_at = NULL": "1 events, operations or audit rows are still waiting",
    "DELETE FROM metrics.inbox": "metrics never handled directory.unit.changed.v1",
    "UPDATE scheduling.unit SET sequence = 2": "scheduling knows more than its owner of directory unit",
    "DELETE FROM directory.aggregate_sequence; DELETE FROM directory.outbox": "knows what its owner does not:",
    "UPDATE scheduling.unit SET tenant_id = id": "1 rows of unit belong to no tenant",
    """INSERT INTO metrics.dead_letter (source, event_type, event_id, headers, payload, error, attempts)
       VALUES ('directory', 'unit.changed.v1', 'x', '{}', '', 'Unreadable', 1)""": "1 dead letters unit.changed.v1 Unr",
    """INSERT INTO metrics.audit (tenant_id, id, at, subject, action, resource_type, resource_id, facts, seq, hash)
       SELECT id, id, now(), 's', 'a', 't', id, '{}', 1, 'forged' FROM directory.tenant""": "breaks at 1",
}


@pytest.mark.parametrize("damage", BROKEN)
async def test_each_kind_of_damage_is_found(sound: tuple[Installation, asyncpg.Connection], damage: str) -> None:
    installation, connection = sound
    await connection.execute(damage)

    assert any(BROKEN[damage] in finding for finding in await findings(installation))


async def test_a_gap_is_found_and_the_next_epoch_may_begin_where_the_dump_ended(
    sound: tuple[Installation, asyncpg.Connection],
) -> None:
    installation, connection = sound
    later = new_id()
    await connection.execute(_EVENT, TENANT, later, UNIT, 3, NOW, NOW)
    await connection.execute("UPDATE directory.aggregate_sequence SET last = 3")
    assert any("goes on with 3 in epoch 1" in finding for finding in await findings(installation))

    await connection.execute("UPDATE directory.outbox SET epoch = 9, sequence = 2 WHERE event_id = $1", later)
    await connection.execute("UPDATE directory.aggregate_sequence SET last = 2")
    assert not any("goes on" in finding or "counted" in finding for finding in await findings(installation))


async def test_what_is_young_may_still_be_on_its_way(sound: tuple[Installation, asyncpg.Connection]) -> None:
    installation, connection = sound
    await connection.execute("DELETE FROM metrics.inbox; UPDATE directory.outbox SET published_at = NULL")

    assert await findings(installation, grace=60) == []
    assert await waiting(installation) == 2


async def test_a_role_under_row_level_security_is_refused_rather_than_shown_nothing(
    sound: tuple[Installation, asyncpg.Connection], service_database: Callable[..., object]
) -> None:
    from ops.roles import ServiceDsns

    dsns = service_database("directory")
    assert isinstance(dsns, ServiceDsns)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await findings(Installation(dsns.app.replace("+asyncpg", "")))
