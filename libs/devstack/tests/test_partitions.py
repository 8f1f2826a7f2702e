"""The broker of an installation whose consumers divide events: durables of each part, read by their service alone."""

from collections.abc import Iterator
from pathlib import Path

import nats.errors
import pytest
from devstack.background import Background
from devstack.broker import Broker
from devstack.passwords import Passwords
from devstack.ports import any_free
from devstack.process import Process
from devstack.streams import connected, create_streams
from nats.aio.client import Client
from ops.topology import durables


@pytest.fixture
def broker(tmp_path: Path, background: Background) -> Iterator[Broker]:
    port, monitor = any_free(2)
    passwords = Passwords(tmp_path / "passwords.json")
    broker = Broker(tmp_path / "nats", port, monitor, passwords, durable=False, consumer_partitions=2)
    process: Process = broker.process(lambda name, line: None)
    background.run(process.start())
    yield broker
    background.run(process.stop())


async def names(admin: Client) -> list[str]:
    return sorted(str(each.name) for each in await admin.jetstream().consumers_info("directory"))


async def fetch(client: Client, durable: str) -> bytes:
    subscription = await client.jetstream(timeout=1).pull_subscribe_bind(durable=durable, stream="directory")
    [message] = await subscription.fetch(1, timeout=2)
    await message.ack_sync()
    return message.data


async def test_each_service_reads_the_durables_of_its_own_parts_only(broker: Broker) -> None:
    await create_streams(broker)
    async with connected(broker) as admin:
        await admin.jetstream().publish("directory.unit.changed.v1.u", b"a unit")
    async with connected(broker, "scheduling") as scheduling:
        assert [await fetch(scheduling, f"scheduling-{part}of2") for part in (0, 1)] == [b"a unit"] * 2
        for durable in ("metrics-0of2", "scheduling"):
            with pytest.raises((nats.errors.TimeoutError, TimeoutError)):
                await fetch(scheduling, durable)


async def test_durables_of_another_division_go_and_their_events_are_read_again(broker: Broker) -> None:
    await create_streams(broker)
    async with connected(broker) as admin:
        await admin.jetstream().publish("directory.unit.changed.v1.u", b"a unit")
        await admin.jetstream().add_consumer("directory", durable_name="somebody-else", ack_policy="explicit")
        assert "scheduling" not in await names(admin)
        whole = Broker(broker.folder, broker.port, broker.monitor_port, broker.passwords, durable=False)

        await create_streams(whole)

        consumers = [name for source, name in durables() if source == "directory"]
        assert await names(admin) == sorted([*consumers, "somebody-else"])
        info = await admin.jetstream().consumer_info("directory", "scheduling")
        assert info.num_pending == 1
