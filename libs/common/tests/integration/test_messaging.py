"""The relay and the consumers between a real database and a real broker."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import grpc
import grpc.aio
import pytest
from common import tables
from common.audit_chain import AuditChainer, first_break
from common.database import Database
from common.errors import NotYetVisible, Unreachable
from common.events import Event, reaction
from common.ids import new_id
from common.inbox import Consumer
from common.lease import Lease
from common.outbox import Relay
from devstack.harness import Harness
from nats.aio.client import Client
from sqlalchemy import func, select, update
from tandem.common.v1.steps_pb2 import StepDue

TENANT = new_id()
SOURCES = frozenset({"directory"})


def service_away() -> Exception:
    nothing = grpc.aio.Metadata()
    return grpc.aio.AioRpcError(grpc.StatusCode.UNAVAILABLE, nothing, nothing)


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.05)


@asynccontextmanager
async def running(*workers: Any) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    yield
    for worker in workers:
        worker.stop()
    await asyncio.gather(*tasks)


async def publish(database: Database, harness: Harness, aggregate: UUID, times: int = 1) -> None:
    async with database.transaction(harness.call(harness.person(TENANT, new_id()))) as tx:
        for _ in range(times):
            tx.publish(aggregate, StepDue())
        tx.done(aggregate)


async def unpublished(database: Database) -> int:
    async with database.worker() as connection:
        query = select(func.count()).where(tables.outbox.c.published_at.is_(None))
        return int(await connection.scalar(query) or 0)


def consumer_on(database: Database, client: Client, handler: Any) -> Consumer:
    return Consumer(database, client, "directory", [reaction(StepDue, handler, sources=SOURCES)])


async def test_events_arrive_in_order_and_once(
    database: Database, harness: Harness, connect: Callable[[str], Awaitable[Client]]
) -> None:
    aggregate, seen = new_id(), list[int]()

    async def note(database: Database, event: Event[StepDue]) -> None:
        async with database.reaction(event):
            seen.append(event.sequence)

    await publish(database, harness, aggregate, 30)
    async with running(Relay(database, await connect("directory"), "relay-1")):
        await until(lambda: _is_zero(unpublished(database)))
    database.service = "scheduling"
    consumer = consumer_on(database, await connect("scheduling"), note)
    async with running(consumer):
        await until(lambda: _is_zero(consumer.backlog()))
    assert seen == list(range(1, 31))


async def test_an_event_that_comes_too_early_is_tried_again(
    database: Database, harness: Harness, connect: Callable[[str], Awaitable[Client]]
) -> None:
    attempts = 0

    async def not_at_first(database: Database, event: Event[StepDue]) -> None:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            raise NotYetVisible(resource="interview", id=event.aggregate_id)
        async with database.reaction(event):
            pass

    await publish(database, harness, new_id())
    async with running(Relay(database, await connect("directory"), "relay-1")):
        await until(lambda: _is_zero(unpublished(database)))
    database.service = "scheduling"
    consumer = consumer_on(database, await connect("scheduling"), not_at_first)
    async with running(consumer):
        await until(lambda: _is_zero(consumer.backlog()))
    assert attempts == 3
    assert await _letters(database) == []


@pytest.mark.parametrize("away", [Unreachable(), service_away()])
async def test_a_server_that_is_away_is_waited_for_and_no_delivery_is_spent(
    database: Database, harness: Harness, connect: Callable[[str], Awaitable[Client]], away: Exception
) -> None:
    attempts = 0

    async def not_at_first(database: Database, event: Event[StepDue]) -> None:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            raise away
        async with database.reaction(event):
            pass

    await publish(database, harness, new_id())
    async with running(Relay(database, await connect("directory"), "relay-1")):
        await until(lambda: _is_zero(unpublished(database)))
    database.service = "scheduling"
    scheduling = await connect("scheduling")
    consumer = consumer_on(database, scheduling, not_at_first)
    async with running(consumer):
        await until(lambda: _is_zero(consumer.backlog()))
    delivered = (await scheduling.jetstream().consumer_info("directory", "scheduling")).delivered
    assert attempts == 3
    assert delivered is not None
    assert delivered.consumer_seq == 1


async def test_a_forged_message_is_buried_and_others_pass(
    database: Database, harness: Harness, connect: Callable[[str], Awaitable[Client]]
) -> None:
    seen = list[UUID]()

    async def note(database: Database, event: Event[StepDue]) -> None:
        async with database.reaction(event):
            seen.append(event.aggregate_id)

    broker = await connect("directory")
    forged = {"ce-id": str(new_id()), "ce-source": "plan-tracking", "ce-type": "plan-tracking.step.due.v1"}
    await broker.jetstream().publish(f"directory.step.due.v1.{new_id()}", b"", headers=forged)
    aggregate = new_id()
    await publish(database, harness, aggregate)
    async with running(Relay(database, broker, "relay-1")):
        await until(lambda: _is_zero(unpublished(database)))
    database.service = "scheduling"
    consumer = consumer_on(database, await connect("scheduling"), note)
    async with running(consumer):
        await until(lambda: _is_zero(consumer.backlog()))
    assert seen == [aggregate]
    assert await _letters(database) == ["plan-tracking.step.due.v1"]


async def test_a_relay_without_the_lease_cannot_mark_rows(
    database: Database, harness: Harness, connect: Callable[[str], Awaitable[Client]]
) -> None:
    await publish(database, harness, new_id())
    deposed = Relay(database, await connect("directory"), "deposed")
    assert await deposed._lease.hold()
    async with database.worker() as connection:
        await connection.execute(update(tables.lease).values(until=func.now() - func.make_interval(0, 0, 0, 0, 0, 1)))
    assert await Lease(database, "relay", "successor").hold()
    await deposed.publish_batch()
    assert await unpublished(database) == 1
    assert not await Lease(database, "relay", "deposed").hold()


async def test_the_audit_chain_verifies_and_shows_an_edit(database: Database, harness: Harness) -> None:
    for _ in range(3):
        async with database.transaction(harness.call(harness.person(TENANT, new_id()))) as tx:
            tx.audit("note.added", "note", new_id(), state="open")
            tx.done(new_id())
    chainer = AuditChainer(database, "chainer")
    assert await chainer._lease.hold()
    assert await chainer.chain_batch() == 3
    query = select(tables.audit).order_by(tables.audit.c.seq)
    async with database.worker() as connection:
        rows = list((await connection.execute(query)).all())
    assert first_break(rows) is None
    assert first_break([rows[0], rows[2]]) == 2
    edited = [rows[0], rows[1]._replace(action="note.forged") if hasattr(rows[1], "_replace") else rows[2], rows[2]]
    assert first_break(edited) == 2


async def _is_zero(number: Awaitable[int]) -> bool:
    return await number == 0


async def _letters(database: Database) -> list[str]:
    async with database.worker() as connection:
        return list((await connection.execute(select(tables.dead_letter.c.event_type))).scalars())
