"""Names and settings of the broker's streams and durables; one stream per publisher, one durable per consumer."""

from binascii import crc32
from dataclasses import dataclass

from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import BadRequestError, NotFoundError

DAY = 86_400.0
# Consumers prolong it while they work. No `backoff` beside it: see docs/decisions/0001.
ACK_WAIT = 10.0
MAX_DELIVER = 12

# Who listens to whom; durables, broker permissions and docs derive from it.
CONSUMES: dict[str, tuple[str, ...]] = {
    "directory": (),
    "scheduling": ("directory", "interview-record"),
    "interview-record": ("directory", "scheduling", "plan-tracking", "notification"),
    "plan-tracking": ("directory", "scheduling", "interview-record"),
    "notification": ("directory", "scheduling", "interview-record", "plan-tracking"),
    "metrics": ("directory", "scheduling", "interview-record", "plan-tracking", "notification"),
}
# What the broker says of messages that it stops delivering.
ADVISORIES = "advisories"
PUBLISHERS = ("directory", "scheduling", "interview-record", "plan-tracking", "notification")


@dataclass(frozen=True)
class Partition:
    """One of `of` parts into which a consumer's events are divided by their aggregate; numbers count from 0."""

    number: int = 0
    of: int = 1

    def durable(self, consumer: str) -> str:
        """Return the name of the part's durable."""
        return consumer if self.of == 1 else f"{consumer}-{self.number}of{self.of}"

    def holds(self, aggregate: str) -> bool:
        """Tell whether the part has the aggregate's events; the same on every machine and in every release."""
        return crc32(aggregate.encode()) % self.of == self.number


def partitions(count: int) -> tuple[Partition, ...]:
    """Return all parts of a division."""
    return tuple(Partition(number, count) for number in range(count))


def stream_config(service: str, replicas: int = 1) -> StreamConfig:
    """Return the stream of one publisher; source: delivery.md 1.2."""
    return StreamConfig(
        name=service,
        subjects=[f"{service}.>"],
        storage=StorageType.FILE,
        num_replicas=replicas,
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.NEW,
        max_age=3 * DAY,
        duplicate_window=600.0,
        deny_delete=True,
        deny_purge=True,
    )


def consumer_config(consumer: str) -> ConsumerConfig:
    """Return the pull durable of one consumer; delays between attempts are the consumer's own (`common.inbox`)."""
    return ConsumerConfig(
        durable_name=consumer,
        ack_policy=AckPolicy.EXPLICIT,
        max_ack_pending=64,
        ack_wait=ACK_WAIT,
        max_deliver=MAX_DELIVER,
    )


async def ensure_stream(js: JetStreamContext, service: str, replicas: int = 1) -> None:
    """Create the publisher's stream, or leave the one that is there."""
    try:
        await js.stream_info(service)
    except NotFoundError:
        await js.add_stream(stream_config(service, replicas))


async def ensure_consumer(js: JetStreamContext, source: str, consumer: str) -> None:
    """Create the consumer's durable on the source's stream, or leave the one that is there."""
    try:
        await js.consumer_info(source, consumer)
    except NotFoundError:
        try:
            await js.add_consumer(source, consumer_config(consumer))
        except BadRequestError:
            await js.consumer_info(source, consumer)
