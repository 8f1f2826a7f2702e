"""The broker of this stack with what it must hold: streams, durables, the clock bucket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import ops.streams
from nats.aio.client import Client
from ops.permissions import ADMIN

from devstack.broker import Broker


@asynccontextmanager
async def connected(broker: Broker, user: str = ADMIN) -> AsyncIterator[Client]:
    """Connect as a user of the broker; a refused publish or subscribe shows as a failed request."""
    async with ops.streams.connected(broker.url, user, broker.password(user)) as client:
        yield client


async def create_streams(broker: Broker) -> None:
    """Create or update everything; running twice changes nothing."""
    async with connected(broker) as client:
        await ops.streams.create_streams(client, consumer_partitions=broker.consumer_partitions)


async def forget_messages(broker: Broker) -> None:
    """Bring the broker back to its first state: empty streams, durables at their start, no clock moved."""
    async with connected(broker) as client:
        js = client.jetstream()
        for stream in await js.streams_info():
            if stream.config.name is not None and stream.state.last_seq > 0:
                await js.delete_stream(stream.config.name)
        await ops.streams.create_streams(client, consumer_partitions=broker.consumer_partitions)
