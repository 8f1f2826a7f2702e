"""Who may say and hear what at the broker (T31)."""

from collections.abc import AsyncIterator

import nats.errors
import pytest
from common.streams import consumer_config
from devstack.broker import Broker
from devstack.streams import connected
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import errors as js_errors
from ops.topology import SERVICES, durables

pytestmark = pytest.mark.faults


@pytest.fixture
async def scheduling(quiet_nats: Broker) -> AsyncIterator[Client]:
    async with connected(quiet_nats, "scheduling") as client:
        yield client


async def last_sequence(broker: Broker, stream: str) -> int:
    async with connected(broker) as admin:
        return (await admin.jetstream().stream_info(stream)).state.last_seq


async def test_a_service_publishes_under_its_own_name(scheduling: Client, quiet_nats: Broker) -> None:
    ack = await scheduling.jetstream().publish("scheduling.booking.confirmed.v1.1", b"mine")

    assert (ack.stream, ack.seq) == ("scheduling", 1)


async def test_a_service_cannot_publish_under_another_services_name(scheduling: Client, quiet_nats: Broker) -> None:
    with pytest.raises(nats.errors.TimeoutError):
        await scheduling.jetstream().publish("plan-tracking.plan.signed.v1.1", b"forged", timeout=0.5)

    assert await last_sequence(quiet_nats, "plan-tracking") == 0


async def test_a_service_reads_its_own_durable(scheduling: Client, quiet_nats: Broker) -> None:
    async with connected(quiet_nats, "directory") as directory:
        await directory.jetstream().publish("directory.person.changed.v1.1", b"fact")

    mine = await scheduling.jetstream().pull_subscribe_bind("scheduling", "directory")
    (message,) = await mine.fetch(1, timeout=2)
    await message.ack_sync()

    assert message.data == b"fact"


@pytest.mark.parametrize(("stream", "durable"), [("directory", "metrics"), ("plan-tracking", "metrics")])
async def test_a_service_cannot_read_a_foreign_durable(scheduling: Client, stream: str, durable: str) -> None:
    foreign = await scheduling.jetstream().pull_subscribe_bind(durable, stream)

    with pytest.raises(nats.errors.TimeoutError):
        await foreign.fetch(1, timeout=0.5)


async def test_a_service_cannot_make_a_durable_on_a_foreign_stream(scheduling: Client) -> None:
    with pytest.raises((nats.errors.TimeoutError, js_errors.ServiceUnavailableError)):
        await scheduling.jetstream(timeout=0.5).add_consumer("plan-tracking", durable_name="spy")


async def test_a_service_cannot_listen_to_another_services_replies(scheduling: Client, quiet_nats: Broker) -> None:
    heard: list[bytes] = []

    async def listen(message: object) -> None:
        heard.append(b"leak")

    await scheduling.subscribe("_INBOX.directory.>", cb=listen)
    async with connected(quiet_nats, "directory") as directory:
        await directory.jetstream().publish("directory.person.changed.v1.1", b"fact")
    await scheduling.flush()

    assert heard == []


async def test_every_service_reads_the_clock_and_only_directory_moves_it(quiet_nats: Broker) -> None:
    async with connected(quiet_nats, "directory") as directory:
        await (await directory.jetstream().key_value("clock")).put("tenant", b"60")

    for service in SERVICES:
        async with connected(quiet_nats, service.name) as client:
            bucket = await client.jetstream(timeout=0.5).key_value("clock")
            assert (await bucket.get("tenant")).value == b"60"
            watcher = await bucket.watchall()
            first = await watcher.updates(timeout=2)
            assert first is not None
            assert first.value == b"60"
            if service.name != "directory":
                with pytest.raises(nats.errors.TimeoutError):
                    await bucket.put("tenant", b"0")


async def test_every_consumer_has_a_durable_on_each_of_its_sources(nats: Broker) -> None:
    async with connected(nats) as admin:
        for source, consumer in durables():
            config = (await admin.jetstream().consumer_info(source, consumer)).config
            expected = consumer_config(consumer)
            assert config.max_deliver == expected.max_deliver
            assert (config.max_ack_pending, config.ack_wait) == (expected.max_ack_pending, expected.ack_wait)


async def test_the_gateway_hears_hints_and_others_do_not(quiet_nats: Broker, scheduling: Client) -> None:
    async with connected(quiet_nats, "gateway") as gateway:
        hints = await gateway.subscribe("hint.>")
        spied = await scheduling.subscribe("hint.>")
        await gateway.flush()
        await scheduling.publish("hint.scheduling.booking", b"id")
        await scheduling.flush()

        assert (await hints.next_msg(timeout=2)).data == b"id"
        with pytest.raises(nats.errors.TimeoutError):
            await spied.next_msg(timeout=0.3)


async def test_directory_asks_whether_a_service_is_quiet_and_nobody_else_may(
    quiet_nats: Broker, scheduling: Client
) -> None:
    async def answer(message: Msg) -> None:
        await message.respond(b"{}")

    await scheduling.subscribe("quiet.scheduling", cb=answer)
    await scheduling.flush()

    async with connected(quiet_nats, "directory") as directory, connected(quiet_nats, "metrics") as metrics:
        assert (await directory.request("quiet.scheduling", b"tenant", timeout=2)).data == b"{}"
        with pytest.raises(nats.errors.TimeoutError):
            await metrics.request("quiet.scheduling", b"tenant", timeout=0.3)
