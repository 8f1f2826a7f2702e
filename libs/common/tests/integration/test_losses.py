"""Finding what the broker lost, when its numbers alone no longer show it."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import nats
import pytest
from common import tables
from common.database import Database
from common.ids import new_id
from common.lease import Lease
from common.losses import Losses
from common.outbox import Relay
from devstack.broker import Broker
from devstack.harness import Harness
from nats.aio.client import Client
from nats.js.api import PubAck
from ops.permissions import inbox_prefix
from sqlalchemy import func, select, update
from tandem.common.v1.steps_pb2 import StepDue

TENANT = new_id()


@pytest.fixture
async def broker(quiet_nats: Broker) -> AsyncIterator[Client]:
    client = await nats.connect(quiet_nats.url_for("directory"), inbox_prefix=inbox_prefix("directory").encode())
    yield client
    await client.close()


async def publish(database: Database, harness: Harness, times: int) -> None:
    aggregate = new_id()
    async with database.transaction(harness.call(harness.person(TENANT, new_id()))) as tx:
        for _ in range(times):
            tx.publish(aggregate, StepDue())
        tx.done(aggregate)


async def relayed(database: Database, relay: Relay) -> None:
    task = asyncio.create_task(relay.run())
    async with asyncio.timeout(15):
        while await unpublished(database):
            await asyncio.sleep(0.05)
    relay.stop()
    await task


async def unpublished(database: Database) -> int:
    query = select(func.count()).where(tables.outbox.c.published_at.is_(None))
    async with database.worker() as connection:
        return int(await connection.scalar(query) or 0)


async def stored(broker: Client) -> list[str]:
    """Return the ids in the stream, in order."""
    js = broker.jetstream()
    last = (await js.stream_info("directory")).state.last_seq
    return [(await js.get_msg("directory", seq + 1)).headers["Nats-Msg-Id"] for seq in range(last)]


async def ids(database: Database) -> list[UUID]:
    async with database.worker() as connection:
        return list(await connection.scalars(select(tables.outbox.c.event_id).order_by(tables.outbox.c.id)))


async def mark_as_published(database: Database, first: int) -> None:
    """Mark what is unpublished as if the stream had once held it, from the position on."""
    outbox = tables.outbox
    async with database.worker() as connection:
        known = await connection.scalar(select(func.max(outbox.c.stream_created)))
        lowest = await connection.scalar(select(func.min(outbox.c.id)).where(outbox.c.published_at.is_(None)))
        await connection.execute(
            update(outbox)
            .where(outbox.c.published_at.is_(None))
            .values(published_at=func.now(), stream_created=known, stream_seq=outbox.c.id - lowest + first)
        )


@pytest.mark.parametrize("since", [0, 2, 9])
async def test_exactly_what_the_broker_lost_is_published_again_however_far_it_has_gone_on(
    database: Database, harness: Harness, broker: Client, since: int
) -> None:
    await publish(database, harness, 20)
    await relayed(database, Relay(database, broker, "before"))
    await publish(database, harness, 7)
    await mark_as_published(database, first=21)
    for _ in range(since):
        await broker.jetstream().publish("directory.other.v1.x", headers={"Nats-Msg-Id": str(new_id())})

    relay = Relay(database, broker, "after")
    assert await relay._lease.hold()
    await relay._losses.find()
    assert await unpublished(database) == 7
    await relayed(database, relay)

    found, expected = await stored(broker), [str(each) for each in await ids(database)]
    assert found[:20] == expected[:20]
    assert found[20 + since :] == expected[20:]


async def test_a_stream_made_anew_is_told_everything_again(
    database: Database, harness: Harness, broker: Client
) -> None:
    await publish(database, harness, 3)
    await mark_as_published(database, first=1)
    outbox = tables.outbox
    async with database.worker() as connection:
        await connection.execute(update(outbox).values(stream_created=func.now() - func.make_interval(0, 0, 0, 1)))

    await relayed(database, Relay(database, broker, "after"))

    assert await stored(broker) == [str(each) for each in await ids(database)]


async def test_a_leader_that_was_replaced_meanwhile_queues_nothing_again(
    database: Database, harness: Harness, broker: Client
) -> None:
    deposed = Relay(database, broker, "deposed")
    assert await deposed._lease.hold()
    async with database.worker() as connection:
        await connection.execute(update(tables.lease).values(until=func.now() - func.make_interval(0, 0, 0, 0, 0, 1)))
    assert await Lease(database, "relay", "successor").hold()
    await publish(database, harness, 3)
    await mark_as_published(database, first=1)

    await deposed._losses.find()

    assert await unpublished(database) == 0


@pytest.mark.parametrize(
    ("answered", "believed"),
    [
        ([PubAck("directory", 1), PubAck("directory", 2)], True),
        ([PubAck("directory", 2), PubAck("directory", 1, duplicate=True)], True),
        ([PubAck("directory", 3), PubAck("directory", 3)], False),
        ([], True),
    ],
)
async def test_a_position_given_twice_is_not_believed(
    database: Database, broker: Client, answered: list[PubAck], believed: bool
) -> None:
    losses = Losses(database, broker, Lease(database, "relay", "one"))
    assert losses.believes(answered, losses.ground) is believed
    assert losses.believes([PubAck("directory", 1)], losses.ground) is not (believed and bool(answered))


async def test_answers_of_another_connection_are_not_believed(database: Database, broker: Client) -> None:
    losses = Losses(database, broker, Lease(database, "relay", "one"))
    ground = losses.ground
    await broker.force_reconnect()
    async with asyncio.timeout(10):
        while losses.ground == ground:
            await asyncio.sleep(0.05)
    assert not losses.believes([PubAck("directory", 1)], ground)
