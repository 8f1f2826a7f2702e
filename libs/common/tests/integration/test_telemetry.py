"""Traces and measurements of a command and what follows from it: over a real channel, database and broker."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import grpc.aio
import nats
import pytest
from common import instruments, tables
from common.call import current_call
from common.database import Database
from common.errors import Forbidden, NotYetVisible, Unavailable
from common.events import Event, reaction
from common.grpc_client import Callees
from common.grpc_server import CallInterceptor
from common.grpc_telemetry import ServerTelemetry
from common.ids import new_id
from common.inbox import Consumer
from common.levels import Levels
from common.outbox import Relay
from common.tracing import root_span
from devstack.broker import Broker
from devstack.harness import Harness
from devstack.recorded import Recorded
from grpc_health.v1._async import HealthServicer
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub, add_HealthServicer_to_server
from nats.aio.client import Client
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased
from opentelemetry.trace import StatusCode
from ops.permissions import inbox_prefix
from sqlalchemy import insert
from tandem.common.v1 import snapshot_pb2 as pb
from tandem.common.v1.snapshot_pb2_grpc import (
    SnapshotServiceServicer,
    SnapshotServiceStub,
    add_SnapshotServiceServicer_to_server,
)
from tandem.common.v1.steps_pb2 import StepDue

TENANT = new_id()
METHOD = "tandem.common.v1.SnapshotService/PublishSnapshot"
EVENT = "directory.step.due.v1"


class Commands(SnapshotServiceServicer):
    """One command: it publishes an event, or fails as it is told."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.aggregate = new_id()
        self.raises: Exception | None = None

    async def PublishSnapshot(self, request: Any, context: Any) -> pb.PublishSnapshotResponse:
        """Publish."""
        async with self._database.transaction(current_call()) as tx:
            if self.raises:
                raise self.raises
            tx.publish(self.aggregate, StepDue())
            tx.done(self.aggregate)
        return pb.PublishSnapshotResponse(operation_id=str(self.aggregate))


@pytest.fixture
def commands(database: Database) -> Commands:
    return Commands(database)


@pytest.fixture
async def send(commands: Commands, harness: Harness) -> AsyncIterator[Callable[[], Awaitable[Any]]]:
    """Call the command over real gRPC, telemetry on both sides."""
    server = grpc.aio.server(interceptors=[ServerTelemetry(), CallInterceptor("directory", harness.verifier)])
    add_SnapshotServiceServicer_to_server(commands, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    callees = Callees("gateway", {"directory": f"127.0.0.1:{port}"}, harness.mint)
    stub: Any = SnapshotServiceStub(callees.channel("directory"))

    async def call() -> Any:
        request = pb.PublishSnapshotRequest(tenant_id=str(TENANT), aggregate="person")
        identity = harness.person(TENANT, new_id())
        return await stub.PublishSnapshot(request, timeout=5, metadata=callees.metadata(identity, key=str(new_id())))

    yield call
    await callees.close()
    await server.stop(None)


@asynccontextmanager
async def connected(broker: Broker, *users: str) -> AsyncIterator[list[Client]]:
    opened = [await nats.connect(broker.url_for(user), inbox_prefix=inbox_prefix(user).encode()) for user in users]
    yield opened
    for client in opened:
        await client.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not condition():
            await asyncio.sleep(0.05)


async def deliver(database: Database, broker: Broker, handled: Callable[[], bool], handler: Any) -> None:
    """Relay what is in the outbox and consume it until it is handled."""
    async with connected(broker, "directory", "scheduling") as (publisher, subscriber):
        assert await Relay(database, publisher, "relay").publish_batch() == 1
        database.service = "scheduling"
        consumer = Consumer(
            database, subscriber, "directory", [reaction(StepDue, handler, sources=frozenset({"directory"}))]
        )
        consuming = asyncio.create_task(consumer.run())
        await until(handled)
        consumer.stop()
        await consuming


def parent_of(span: ReadableSpan, spans: tuple[ReadableSpan, ...]) -> str | None:
    return next(
        (each.name for each in spans if span.parent and each.context and each.context.span_id == span.parent.span_id),
        None,
    )


async def take(database: Database, event: Event[StepDue]) -> None:
    async with database.reaction(event):
        pass


async def test_a_command_and_what_follows_from_it_are_one_trace(
    database: Database, send: Callable[[], Awaitable[Any]], quiet_nats: Broker, recorded: Recorded
) -> None:
    with root_span("request", {}):
        await send()
    await deliver(database, quiet_nats, lambda: len(recorded.spans) == 8, take)
    spans = recorded.spans
    assert len({each.context.trace_id for each in spans if each.context}) == 1
    found = {(each.name, each.kind.name, parent_of(each, spans)) for each in spans}
    assert found == {
        ("request", "INTERNAL", None),
        (METHOD, "CLIENT", "request"),
        (METHOD, "SERVER", METHOD),
        ("command directory", "CLIENT", METHOD),
        (f"create {EVENT}", "PRODUCER", METHOD),
        (f"send {EVENT}", "CLIENT", f"create {EVENT}"),
        (f"process {EVENT}", "CONSUMER", f"create {EVENT}"),
        ("reaction scheduling", "CLIENT", f"process {EVENT}"),
    }
    assert dict(recorded.span("command directory").attributes or {}) == {
        "db.system.name": "postgresql",
        "db.namespace": "directory",
        "db.operation.name": "command",
    }


async def test_each_step_is_measured(
    database: Database, send: Callable[[], Awaitable[Any]], quiet_nats: Broker, recorded: Recorded
) -> None:
    await send()
    handled = lambda: len(recorded.points(instruments.MESSAGING_PROCESS)) == 1  # noqa: E731
    await deliver(database, quiet_nats, handled, take)
    rpc = {"rpc.system.name": "grpc", "rpc.method": METHOD, "rpc.response.status_code": "OK"}
    assert recorded.attributes(instruments.RPC_SERVER) == [rpc]
    assert recorded.attributes(instruments.RPC_CLIENT) == [{**rpc, "server.address": "directory"}]
    sent = {"messaging.system": "nats", "messaging.operation.name": "send", "messaging.destination.name": EVENT}
    assert recorded.attributes(instruments.MESSAGING_SEND) == [sent]
    processed = {**sent, "messaging.operation.name": "process", "messaging.consumer.group.name": "scheduling"}
    assert recorded.attributes(instruments.MESSAGING_PROCESS) == [processed]
    operations = {each["db.operation.name"] for each in recorded.attributes(instruments.DATABASE)}
    assert operations == {"command", "worker", "reaction"}


async def test_how_late_an_event_takes_effect_counts_from_its_commit_and_only_once(
    database: Database, send: Callable[[], Awaitable[Any]], quiet_nats: Broker, recorded: Recorded
) -> None:
    attempts = 0

    async def twice(database: Database, event: Event[StepDue]) -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            raise NotYetVisible(resource="interview", id=event.aggregate_id)
        await take(database, event)

    await send()
    await asyncio.sleep(0.3)
    await deliver(database, quiet_nats, lambda: attempts == 2, twice)
    (point,) = recorded.points(instruments.EVENT_DELAY)
    assert (dict(point.attributes), point.count) == ({"source": "directory"}, 1)
    assert 0.5 < point.sum < 60


async def test_a_measurement_in_a_sampled_trace_has_an_exemplar(
    send: Callable[[], Awaitable[Any]], recorded: Recorded
) -> None:
    await send()
    (point,) = recorded.points(instruments.RPC_SERVER)
    served = recorded.span(METHOD)
    assert served.context
    assert [each.span_id for each in point.exemplars] == [served.context.span_id]


@pytest.mark.parametrize("recorded", [ParentBased(ALWAYS_OFF)], indirect=True)
async def test_a_trace_that_is_not_sampled_is_measured_and_makes_no_span_anywhere(
    database: Database, send: Callable[[], Awaitable[Any]], quiet_nats: Broker, recorded: Recorded
) -> None:
    with root_span("request", {}):
        await send()
    await deliver(database, quiet_nats, lambda: bool(recorded.points(instruments.MESSAGING_PROCESS)), take)
    assert recorded.spans == ()
    (point,) = recorded.points(instruments.RPC_SERVER)
    assert not point.exemplars


@pytest.mark.parametrize(
    ("raises", "code", "fault"),
    [
        (Forbidden(action="x"), "PERMISSION_DENIED", False),
        (Unavailable(), "UNAVAILABLE", True),
        (ValueError("李雷"), "INTERNAL", True),
    ],
)
async def test_a_refusal_is_the_callers_and_a_fault_the_servers(
    send: Callable[[], Awaitable[Any]],
    commands: Commands,
    recorded: Recorded,
    raises: Exception,
    code: str,
    fault: bool,
) -> None:
    commands.raises = raises
    with pytest.raises(grpc.aio.AioRpcError):
        await send()
    served, called = recorded.attributes(instruments.RPC_SERVER)[0], recorded.attributes(instruments.RPC_CLIENT)[0]
    assert (served["rpc.response.status_code"], served.get("error.type")) == (code, code if fault else None)
    assert (called["rpc.response.status_code"], called["error.type"]) == (code, code)
    # One that is unavailable is tried again.
    statuses = {each.status.status_code for each in recorded.spans if each.name == METHOD}
    assert statuses == {StatusCode.ERROR if fault else StatusCode.UNSET}
    # A transaction that was rolled back because of what it was asked is no fault of the database.
    assert "error.type" not in recorded.attributes(instruments.DATABASE)[0]
    assert "李雷" not in recorded.everything()


async def test_a_delivery_that_came_too_early_is_told_and_is_no_failure(
    database: Database, send: Callable[[], Awaitable[Any]], quiet_nats: Broker, recorded: Recorded
) -> None:
    attempts = 0

    async def not_at_first(database: Database, event: Event[StepDue]) -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            raise NotYetVisible(resource="interview", id=event.aggregate_id)

    await send()
    await deliver(database, quiet_nats, lambda: attempts == 2, not_at_first)
    early, late = [each for each in recorded.spans if each.name == f"process {EVENT}"]
    count = "messaging.nats.message.delivery_count"
    assert [(each.attributes or {})[count] for each in (early, late)] == [1, 2]
    assert [each.name for each in early.events] == ["nak"]
    assert early.status.status_code is StatusCode.UNSET
    assert [each.value for each in recorded.points(instruments.CONSUMER_REDELIVERED)] == [1]


async def test_levels_are_read_with_what_waits(
    database: Database, send: Callable[[], Awaitable[Any]], quiet_nats: Broker, recorded: Recorded
) -> None:
    async def read(levels: Levels) -> dict[str, float]:
        await levels.read()
        return {
            each.name.removeprefix("tandem."): point.value
            for each in instruments.REGISTRY
            if each.name.startswith("tandem.")
            for point in recorded.points(each)
        }

    await send()
    before = await read(Levels(database, []))
    assert 0 < before.pop("outbox.oldest_age") < 60
    waiting = {"outbox.pending": 1, "dead_letters": 0, "operations.pending": 0, "audit.unchained": 0}
    assert before == {**waiting, "due.overdue_age": 0}
    async with connected(quiet_nats, "directory", "scheduling") as (publisher, subscriber):
        relay = Relay(database, publisher, "relay")
        relaying = asyncio.create_task(relay.run())
        await until(lambda: bool(recorded.points(instruments.MESSAGING_SEND)))
        relay.stop()
        await relaying
        async with database.worker() as connection:
            letter = {"source": "x", "event_type": "y", "event_id": "z", "headers": {}, "payload": b"", "error": ""}
            await connection.execute(insert(tables.dead_letter).values(**letter, attempts=1))
        database.service = "scheduling"
        after = await read(Levels(database, [Consumer(database, subscriber, "directory", [])]))
    assert (after["outbox.pending"], after["outbox.oldest_age"], after["dead_letters"]) == (0, 0, 1)
    assert (after["consumer.pending"], after["consumer.ack_pending"]) == (1, 0)


async def test_levels_that_cannot_be_read_are_not_told(database: Database, recorded: Recorded) -> None:
    levels = Levels(database, [])
    await levels.read()
    assert recorded.points(instruments.OUTBOX_PENDING)
    database.worker = None  # type: ignore[assignment, method-assign]
    await levels.read()
    assert recorded.points(instruments.OUTBOX_PENDING) == []


async def test_connections_of_each_pool_are_counted_while_they_are_used(
    database: Database, harness: Harness, recorded: Recorded
) -> None:
    instruments.POOL_USE.watch(database.pool_use)
    instruments.POOL_MAX.watch(database.pool_max)

    def used() -> dict[tuple[str, str], float]:
        pool, state = "db.client.connection.pool.name", "db.client.connection.state"
        return {
            (each.attributes[pool], each.attributes[state]): each.value
            for each in recorded.points(instruments.POOL_USE)
        }

    async with database.read(harness.person(TENANT, new_id())):
        assert used()["app", "used"] == 1
        assert used()["worker", "used"] == 0
    assert (used()["app", "used"], used()["app", "idle"]) == (0, 1)
    assert {each.value for each in recorded.points(instruments.POOL_MAX)} == {10, 12}


async def test_health_checks_leave_nothing(recorded: Recorded) -> None:
    server = grpc.aio.server(interceptors=[ServerTelemetry()])
    health = HealthServicer()
    add_HealthServicer_to_server(health, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    await health.set("readiness", HealthCheckResponse.SERVING)
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        answer = await HealthStub(channel).Check(HealthCheckRequest(service="readiness"), timeout=5)
    await server.stop(None)
    assert answer.status == HealthCheckResponse.SERVING
    assert (recorded.spans, recorded.points(instruments.RPC_SERVER)) == ((), [])
