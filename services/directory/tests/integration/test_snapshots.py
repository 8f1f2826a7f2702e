"""A consumer that lost everything catches up from what the directory publishes of its present state."""

from types import SimpleNamespace

import pytest
from common.database import Database
from common.snapshots import PUBLISH_SNAPSHOT, publish_snapshots, start_snapshot
from devstack.harness import Harness
from directory import snapshots
from google.protobuf.message import Message
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
