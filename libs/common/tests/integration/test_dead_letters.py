"""What the broker gives up on becomes a letter, once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import nats
import pytest
from common import tables
from common.database import Database
from common.dead_letters import GivenUp
from common.events import Event
from common.ids import new_id
from common.outbox import Relay
from common.streams import MAX_DELIVER
from devstack.broker import Broker
from devstack.harness import Harness
from nats.aio.client import Client
from ops.permissions import inbox_prefix
from sqlalchemy import select
from tandem.common.v1.steps_pb2 import StepDue

TENANT = new_id()


@asynccontextmanager
async def connected(broker: Broker, user: str) -> AsyncIterator[Client]:
    client = await nats.connect(broker.url_for(user), inbox_prefix=inbox_prefix(user).encode())
    yield client
    await client.close()


@asynccontextmanager
async def running(worker: Any) -> AsyncIterator[None]:
    task = asyncio.create_task(worker.run())
    yield
    worker.stop()
    await task


@pytest.fixture
async def given_up(database: Database, harness: Harness, quiet_nats: Broker) -> list[UUID]:
    """Publish two events and let the broker give up on both; returns their ids."""
    async with database.transaction(harness.call(harness.person(TENANT, new_id()))) as tx:
        tx.publish(new_id(), StepDue())
        tx.publish(new_id(), StepDue())
        tx.done(new_id())
    async with connected(quiet_nats, "directory") as client, running(Relay(database, client, "relay")):
        await asyncio.sleep(1)
    async with connected(quiet_nats, "scheduling") as client:
        pulled = await client.jetstream().pull_subscribe_bind("scheduling", "directory")
        for _ in range(MAX_DELIVER):
            for message in await pulled.fetch(2, timeout=5):
                await message.nak()
            await client.flush()
        # It notices when it would deliver them once more.
        with pytest.raises(TimeoutError):
            await pulled.fetch(2, timeout=2)
    async with database.worker() as connection:
        return list(await connection.scalars(select(tables.outbox.c.event_id).order_by(tables.outbox.c.id)))


async def test_what_the_broker_gave_up_on_is_laid_aside_but_not_what_was_handled_after_all(
    database: Database, quiet_nats: Broker, given_up: list[UUID]
) -> None:
    handled, lost = given_up
    event = Event(
        handled, "directory", "directory.step.due.v1", TENANT, new_id(), 1, 1, database.clock.system(), "", None
    )
    async with database.reaction(event):
        pass
    database.service = "scheduling"
    async with connected(quiet_nats, "scheduling") as client:
        for _ in range(2):
            async with running(GivenUp(database, client)):
                await asyncio.sleep(1)
        again = GivenUp(database, client)
        # An advisory that comes a second time, its acknowledgement lost, changes nothing.
        js = client.jetstream()
        advisory = await js.get_msg("advisories", 2)
        await again._lay_aside(advisory)

    async with database.worker() as connection:
        [letter] = await connection.execute(select(tables.dead_letter))
    assert (letter.source, letter.event_id, letter.tenant_id) == ("directory", str(lost), TENANT)
    assert (letter.error, letter.attempts) == ("max_deliver", MAX_DELIVER)
