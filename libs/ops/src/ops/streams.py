"""Streams, durables and the clock bucket: what the broker must hold before any service starts."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import nats
from common.streams import ADVISORIES, DAY, PUBLISHERS, consumer_config, partitions, stream_config
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    KeyValueConfig,
    StorageType,
    StreamConfig,
)
from nats.js.errors import BadRequestError, NotFoundError

from ops.permissions import CLOCK_BUCKET, inbox_prefix
from ops.topology import SERVICES, durables

MAX_BYTES = 1 << 30
_ADVISORY = "$JS.EVENT.ADVISORY.CONSUMER"
# What this module names durables, with whatever number of partitions.
_DURABLE = re.compile(rf"({'|'.join(re.escape(service.name) for service in SERVICES)})(-\d+of\d+)?")


@asynccontextmanager
async def connected(url: str, user: str, password: str) -> AsyncIterator[Client]:
    """Connect as a user of the broker; a refused publish or subscribe shows as a failed request."""
    client = await nats.connect(
        url,
        user=user,
        password=password,
        inbox_prefix=inbox_prefix(user),
        allow_reconnect=False,
        error_cb=_ignore,
    )
    try:
        yield client
    finally:
        await client.close()


async def create_streams(
    client: Client, replicas: int = 1, max_bytes: int = MAX_BYTES, consumer_partitions: int = 1
) -> None:
    """Create or update everything as the broker's administrator; running twice changes nothing.

    A full stream refuses: `max_bytes` must hold what a publisher says in 30 days, for after a loss it says it again.
    Durables of another number of partitions go: nobody reads them, and what they held back is read by the new ones.
    """
    js = client.jetstream()
    for stream in (*(_events(service, replicas, max_bytes) for service in PUBLISHERS), _advisories(replicas)):
        await _put_stream(js, stream)
    wanted = durables(consumer_partitions)
    for source in PUBLISHERS:
        for found in await js.consumers_info(source):
            if found.name and (source, found.name) not in wanted and _DURABLE.fullmatch(found.name):
                await js.delete_consumer(source, found.name)
    for source, consumer in wanted:
        await js.add_consumer(source, consumer_config(consumer))
    for service in SERVICES:
        if service.consumes:
            await js.add_consumer(ADVISORIES, _advisory_durable(service.name, consumer_partitions))
    try:
        await js.key_value(CLOCK_BUCKET)
    except NotFoundError:
        bucket = KeyValueConfig(bucket=CLOCK_BUCKET, history=1, storage=StorageType.FILE, replicas=replicas)
        await js.create_key_value(bucket)


async def rebuild_streams(
    client: Client, replicas: int = 1, max_bytes: int = MAX_BYTES, consumer_partitions: int = 1
) -> None:
    """Make every stream anew and empty: each publisher then says all it has kept again, and inboxes take it once."""
    js = client.jetstream()
    for stream in await js.streams_info():
        if stream.config.name in {*PUBLISHERS, ADVISORIES}:
            await js.delete_stream(str(stream.config.name))
    await create_streams(client, replicas, max_bytes, consumer_partitions)


def _events(service: str, replicas: int, max_bytes: int) -> StreamConfig:
    return stream_config(service, replicas).evolve(max_bytes=max_bytes)


def _advisories(replicas: int) -> StreamConfig:
    return StreamConfig(
        name=ADVISORIES,
        subjects=[f"{_ADVISORY}.MAX_DELIVERIES.>", f"{_ADVISORY}.MSG_TERMINATED.>"],
        storage=StorageType.FILE,
        max_age=30 * DAY,
        max_bytes=64 << 20,
        num_replicas=replicas,
        allow_direct=True,
    )


def _advisory_durable(consumer: str, consumer_partitions: int) -> ConsumerConfig:
    kinds, parts = ("MAX_DELIVERIES", "MSG_TERMINATED"), partitions(consumer_partitions)
    return ConsumerConfig(
        durable_name=consumer,
        ack_policy=AckPolicy.EXPLICIT,
        filter_subjects=[f"{_ADVISORY}.{kind}.*.{part.durable(consumer)}" for kind in kinds for part in parts],
    )


async def _put_stream(js: JetStreamContext, config: StreamConfig) -> None:
    try:
        await js.add_stream(config)
    except BadRequestError:
        await js.update_stream(config)


async def _ignore(_: Exception) -> None:
    """The client reports asynchronous errors here; those that matter fail the request they belong to."""
