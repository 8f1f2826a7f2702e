"""Looking into the servers of a stack, past its services."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import asyncpg
import nats
from devstack.background import Background
from devstack.testing import StackUnderTest
from ops.topology import SERVICES

NAMES = [service.name for service in SERVICES]
# Who listens to directory, with the schema of each.
LISTENERS = {service.name: service.package for service in SERVICES if "directory" in service.consumes}


@dataclass(frozen=True)
class StoredEvent:
    """What the broker holds of an event."""

    id: str
    aggregate_id: str
    sequence: int


def query(stack: StackUnderTest, background: Background, sql: str, *arguments: Any) -> list[asyncpg.Record]:
    """Return what the database answers to its superuser."""

    async def ask() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(stack.superuser_dsn)
        try:
            return list(await connection.fetch(sql, *arguments))
        finally:
            await connection.close()

    return background.run(ask())


def until(condition: Callable[[], bool], seconds: float) -> float:
    """Wait for the condition; returns how long it took, and fails after `seconds`."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.1)
    return time.monotonic() - began


def stored_events(stack: StackUnderTest, background: Background, stream: str) -> list[StoredEvent]:
    """Return the events in a stream, in its order."""

    async def read() -> list[StoredEvent]:
        client = await nats.connect(stack.nats_url())
        try:
            js = client.jetstream()
            state = (await js.stream_info(stream)).state
            found = [await js.get_msg(stream, position) for position in range(state.first_seq, state.last_seq + 1)]
            headers = [message.headers or {} for message in found]
        finally:
            await client.close()
        return [
            StoredEvent(each["Nats-Msg-Id"], each["tandem-aggregate"], int(each["tandem-sequence"])) for each in headers
        ]

    return background.run(read())
