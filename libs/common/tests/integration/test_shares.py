"""What only one process at a time may do is divided among those that live, and taken over from those that do not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from common import tables
from common.audit_chain import AuditChainer
from common.database import Database
from common.events import Event, reaction
from common.ids import new_id
from common.inbox import Consumer
from common.lease import Lease
from common.outbox import Relay
from common.shares import Shares
from common.streams import Partition, ensure_consumer, partitions
from devstack.broker import Broker
from devstack.harness import Harness
from devstack.streams import connected
from nats.aio.client import Client
from sqlalchemy import func, select, update
from tandem.common.v1.steps_pb2 import StepDue

TENANT = new_id()
NAMES = ("consume/a", "consume/b", "consume/c")
Connect = Callable[[str], Awaitable[Client]]


def shares_of(database: Database, holder: str) -> tuple[Shares, list[Lease]]:
    shares = Shares(database, holder)
    return shares, [shares.lease(name) for name in NAMES]


def held(leases: list[Lease]) -> list[str]:
    return [lease.name for lease in leases if lease.held]


async def lapse(database: Database, holder: str) -> None:
    """Let everything that a process holds run out, as after it was killed."""
    async with database.worker() as connection:
        past = func.now() - timedelta(seconds=1)
        await connection.execute(update(tables.lease).where(tables.lease.c.holder == holder).values(until=past))


@asynccontextmanager
async def running(*workers: Any) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    yield
    for worker in workers:
        worker.stop()
    await asyncio.gather(*tasks)


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.05)


async def test_one_process_has_all_two_have_their_parts_and_none_is_held_twice(database: Database) -> None:
    (first, of_first), (second, of_second) = shares_of(database, "one"), shares_of(database, "two")
    await first.beat()
    assert held(of_first) == list(NAMES)

    await second.beat()
    assert held(of_second) == []
    await first.beat()
    assert [lease.name for lease in of_first if lease.asked_back] == ["consume/c"]
    assert held(of_first) == list(NAMES), "what is asked back is kept until whoever works under it lets go"
    await of_first[2].release()
    await second.beat()

    assert (held(of_first), held(of_second)) == (["consume/a", "consume/b"], ["consume/c"])
    assert first.living == second.living == {"one", "two"}


async def test_what_a_killed_process_held_is_taken_over_when_it_has_run_out(database: Database) -> None:
    (first, of_first), (second, of_second) = shares_of(database, "one"), shares_of(database, "two")
    await first.beat()
    await second.beat()
    fences = [lease.fence for lease in of_first]

    await lapse(database, "one")
    await second.beat()
    assert held(of_second) == list(NAMES)
    assert [lease.fence for lease in of_second] == [fence + 1 for fence in fences]
    # The first comes back to life, and finds out before it does anything.
    await first.beat()
    assert held(of_first) == []


async def test_a_process_that_ends_in_order_leaves_at_once(database: Database) -> None:
    (first, of_first), (second, of_second) = shares_of(database, "one"), shares_of(database, "two")
    await first.beat()
    first.stop()
    for lease in of_first:
        await lease.release()
    await asyncio.wait_for(first.run(), 5)

    await second.beat()

    assert held(of_second) == list(NAMES)
    assert second.living == {"two"}


async def test_a_lease_that_was_not_renewed_counts_as_lost_without_asking(database: Database) -> None:
    lease = Lease(database, "consume/a", "one")
    assert await lease.hold()
    lease.renewed(asyncio.get_running_loop().time() - 11)
    assert not lease.held


async def test_a_chainer_that_was_replaced_chains_nothing(database: Database, harness: Harness) -> None:
    async with database.transaction(harness.call(harness.person(TENANT, new_id()))) as tx:
        tx.audit("note.added", "note", new_id(), state="open")
        tx.done(new_id())
    deposed, successor = AuditChainer(database, "one"), AuditChainer(database, "two")
    assert await deposed._lease.hold()
    await lapse(database, "one")
    assert await successor._lease.hold()

    assert await deposed.chain_batch() == 0
    assert await successor.chain_batch() == 1


async def publish(database: Database, harness: Harness, aggregates: list[UUID], times: int) -> None:
    for _ in range(times):
        async with database.transaction(harness.call(harness.person(TENANT, new_id()))) as tx:
            for aggregate in aggregates:
                tx.publish(aggregate, StepDue())
            tx.done(aggregates[0])


async def sent(database: Database) -> bool:
    async with database.worker() as connection:
        unpublished = select(func.count()).where(tables.outbox.c.published_at.is_(None))
        return await connection.scalar(unpublished) == 0


class Seen:
    """What the consumers of one process handled, in order."""

    def __init__(self) -> None:
        self.events: list[tuple[UUID, int]] = []
        self.pause = 0.0

    async def note(self, database: Database, event: Event[StepDue]) -> None:
        async with database.reaction(event):
            await asyncio.sleep(self.pause)
            self.events.append((event.aggregate_id, event.sequence))


def consumer(database: Database, client: Client, seen: Seen, part: Partition, lease: Lease) -> Consumer:
    reactions = [reaction(StepDue, seen.note, sources=frozenset({"directory"}))]
    return Consumer(database, client, "directory", reactions, partition=part, lease=lease)


async def test_a_reader_hands_over_between_messages_and_every_aggregate_keeps_its_order(
    database: Database, harness: Harness, connect: Connect
) -> None:
    aggregates = [new_id() for _ in range(4)]
    await publish(database, harness, aggregates, 60)
    async with running(Relay(database, await connect("directory"), "relay")):
        await until(lambda: sent(database))
    database.service = "scheduling"
    one, two = Seen(), Seen()
    one.pause = two.pause = 0.005
    shares = [Shares(database, holder) for holder in ("one", "two")]
    leases = [each.lease("consume/directory/scheduling") for each in shares]
    clients = [await connect("scheduling") for _ in range(2)]
    readers = [
        consumer(database, client, seen, Partition(), lease)
        for client, seen, lease in zip(clients, (one, two), leases, strict=True)
    ]

    async with running(*readers):
        await shares[0].beat()
        await until(lambda: is_true(len(one.events) > 20))
        leases[0].asked_back = True
        await until(lambda: is_true(not leases[0].held))
        await shares[1].beat()
        await until(lambda: is_true(len(one.events) + len(two.events) == 240))
    assert two.events
    handled = one.events + two.events
    for aggregate in aggregates:
        assert [number for each, number in handled if each == aggregate] == list(range(1, 61))


async def is_true(found: bool) -> bool:
    return found


async def test_partitions_divide_the_aggregates_and_leave_none_out(
    database: Database, harness: Harness, quiet_nats: Broker
) -> None:
    """As an administrator, who may make the durables; that services may read them is tested with the permissions."""
    aggregates = [new_id() for _ in range(12)]
    await publish(database, harness, aggregates, 5)
    async with connected(quiet_nats) as admin:
        async with running(Relay(database, admin, "relay")):
            await until(lambda: sent(database))
        database.service = "scheduling"
        parts, seen = partitions(2), [Seen(), Seen()]
        for part in parts:
            await ensure_consumer(admin.jetstream(), "directory", part.durable("scheduling"))
        leases = [Lease(database, part.durable("scheduling"), "one") for part in parts]
        assert all([await lease.hold() for lease in leases])
        readers = [consumer(database, admin, *each) for each in zip(seen, parts, leases, strict=True)]
        async with running(*readers):
            await until(lambda: all_read(readers))
        for part in parts:
            await admin.jetstream().delete_consumer("directory", part.durable("scheduling"))
    by_part = [{aggregate for aggregate, _ in each.events} for each in seen]
    assert by_part[0] & by_part[1] == set()
    assert by_part[0] | by_part[1] == set(aggregates)
    for aggregate in aggregates:
        assert [number for each in seen for which, number in each.events if which == aggregate] == [1, 2, 3, 4, 5]


async def all_read(readers: list[Consumer]) -> bool:
    return not any([await reader.backlog() for reader in readers])


def test_an_aggregate_belongs_to_the_same_part_everywhere() -> None:
    known = "0198f2c4-0000-7000-8000-000000000001"
    assert [part.number for part in partitions(8) if part.holds(known)] == [5]
    assert [part.durable("scheduling") for part in partitions(1)] == ["scheduling"]
    assert [part.durable("scheduling") for part in partitions(2)] == ["scheduling-0of2", "scheduling-1of2"]


async def test_a_reader_whose_lease_could_not_be_renewed_waits_and_goes_on_where_nobody_took_over(
    database: Database, harness: Harness, connect: Connect
) -> None:
    await publish(database, harness, [new_id()], 4)
    async with running(Relay(database, await connect("directory"), "relay")):
        await until(lambda: sent(database))
    database.service = "scheduling"
    seen, lease = Seen(), Lease(database, "consume/directory/scheduling", "one")
    lapsed = asyncio.Event()

    async def lapse_at_the_second(database: Database, event: Event[StepDue]) -> None:
        await seen.note(database, event)
        if event.sequence == 2:
            lease.renewed(asyncio.get_running_loop().time() - 60)
            lapsed.set()

    assert await lease.hold()
    client = await connect("scheduling")
    reactions = [reaction(StepDue, lapse_at_the_second, sources=frozenset({"directory"}))]
    reader = Consumer(database, client, "directory", reactions, lease=lease)
    async with running(reader):
        await asyncio.wait_for(lapsed.wait(), 10)
        await asyncio.sleep(1)
        assert [number for _, number in seen.events] == [1, 2]
        lease.renewed(asyncio.get_running_loop().time())
        await until(lambda: all_read([reader]))
    delivered = (await client.jetstream().consumer_info("directory", "scheduling")).delivered
    assert delivered is not None
    assert (len(seen.events), delivered.consumer_seq) == (4, 4), "no delivery was spent on waiting"


async def test_a_commit_beside_the_leader_wakes_it(database: Database, harness: Harness, connect: Connect) -> None:
    leader = Relay(database, await connect("directory"), "one", pause=60)
    beside = Relay(database, await connect("directory"), "two", pause=60)
    async with running(leader, beside):
        await until(lambda: is_true(leader._lease.held))
        await publish(database, harness, [new_id()], 1)
        beside.wake()
        await until(lambda: sent(database), seconds=10)
