"""A consumer that lost everything catches up from what the directory publishes of its present state."""

from types import SimpleNamespace
from uuid import UUID

import pytest
from common.database import Database
from common.operations import JobRunner
from common.snapshots import PUBLISH_SNAPSHOT, publish_snapshots, start_snapshot
from common.tables import operation
from common.transaction import Transaction
from devstack.harness import Harness
from directory import snapshots
from google.protobuf.message import Message
from sqlalchemy import update
from tandem.directory.v1 import events_pb2


@pytest.mark.parametrize(
    ("aggregate", "message"),
    [
        ("person", events_pb2.PersonSnapshot),
        ("unit", events_pb2.UnitSnapshot),
        ("grant", events_pb2.GrantSnapshot),
        ("tenant", events_pb2.TenantSnapshot),
    ],
)
@pytest.mark.parametrize("chunk", [1, 200])
async def test_a_snapshot_says_every_object_once_however_it_is_cut(
    database: Database,
    harness: Harness,
    tenant: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    aggregate: str,
    message: type[Message],
    chunk: int,
) -> None:
    monkeypatch.setattr(snapshots, "CHUNK", chunk)
    await start_snapshot(database, harness.call(tenant.gateway), aggregate)
    assert await harness.work(database, {PUBLISH_SNAPSHOT: publish_snapshots(snapshots.SNAPSHOTS)}) == 1
    assert len(await harness.published(database, message)) == 1


async def test_an_operation_that_names_no_kind_says_every_kind_and_goes_on_where_it_stopped(
    database: Database, harness: Harness, tenant: SimpleNamespace
) -> None:
    fail_once = iter([True])

    async def broken(tx: Transaction, after: UUID | None) -> tuple[int, UUID | None]:
        if next(fail_once, False):
            raise ConnectionError
        return await snapshots.SNAPSHOTS["tenant"](tx, after)

    async with database.transaction(harness.call(tenant.gateway)) as tx:
        tx.done(await tx.start_operation(PUBLISH_SNAPSHOT, {}))
    jobs = {PUBLISH_SNAPSHOT: publish_snapshots({**snapshots.SNAPSHOTS, "tenant": broken})}
    runner = JobRunner(database, jobs)
    first = await runner.lease()
    assert first is not None
    await runner.work(first)
    async with database.worker() as connection:
        await connection.execute(update(operation).values(leased_until=None))
    assert await harness.work(database, jobs) == 1
    every = (events_pb2.PersonSnapshot, events_pb2.UnitSnapshot, events_pb2.GrantSnapshot, events_pb2.TenantSnapshot)
    assert [len(await harness.published(database, message)) for message in every] == [1, 1, 1, 1]
