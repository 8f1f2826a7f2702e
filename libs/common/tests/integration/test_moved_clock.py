"""A tenant's clock is moved in the broker and every process that watches follows."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from common.clock import Clock, ClockMoved, ClockOffsets, offsets_in_force, set_offset
from common.quiet import ask_quiet
from devstack.broker import Broker
from devstack.streams import connected
from nats.aio.client import Client
from nats.aio.msg import Msg

WEEKS = timedelta(weeks=6)


@pytest.fixture
async def admin(quiet_nats: Broker) -> AsyncIterator[Client]:
    async with connected(quiet_nats) as client:
        yield client


async def until(expected: timedelta, offsets: ClockOffsets, tenant: object) -> None:
    async with asyncio.timeout(5):
        while offsets.of(tenant) != expected:  # type: ignore[arg-type]
            await asyncio.sleep(0.01)


async def test_a_service_starts_with_the_offsets_in_force_and_follows_changes(
    admin: Client, quiet_nats: Broker
) -> None:
    early, later = uuid4(), uuid4()
    await set_offset(admin, early, -WEEKS)
    offsets = ClockOffsets()
    async with connected(quiet_nats, "plan-tracking") as service:
        await offsets.load(service)
        assert offsets.of(early) == -WEEKS
        watching = asyncio.create_task(offsets.watch(service))
        await set_offset(admin, later, WEEKS)
        await until(WEEKS, offsets, later)
        await set_offset(admin, later, 2 * WEEKS)
        await until(2 * WEEKS, offsets, later)
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
    clock = Clock(offsets)
    assert clock.now(later) - clock.system() > WEEKS
    assert sorted(clock.moved_tenants()) == sorted([early, later])


async def test_production_refuses_to_start_with_a_moved_clock(admin: Client) -> None:
    await ClockOffsets(allowed=False).load(admin)
    await set_offset(admin, uuid4(), WEEKS)
    with pytest.raises(ClockMoved):
        await ClockOffsets(allowed=False).load(admin)


async def test_production_does_not_follow_a_clock_moved_later(admin: Client) -> None:
    offsets, tenant = ClockOffsets(allowed=False), uuid4()
    await set_offset(admin, tenant, WEEKS)
    await offsets.watch(admin)
    assert offsets.of(tenant) == timedelta()
    assert await offsets_in_force(admin) == {tenant: WEEKS}


async def test_a_service_that_does_not_answer_is_not_at_rest(admin: Client) -> None:
    tenant = uuid4()
    due = datetime(2026, 10, 12, 6, tzinfo=UTC)

    async def answer(message: Msg) -> None:
        assert message.data.decode() == str(tenant)
        await message.respond(json.dumps({"outbox": 0, "dues": 2, "next_due_at": due.isoformat()}).encode())

    await admin.subscribe("quiet.directory", cb=answer)
    known, silent = await ask_quiet(admin, ["directory", "metrics"], tenant, timeout=0.5)
    assert (known.service, known.dues, known.next_due_at, known.at_rest) == ("directory", 2, due, False)
    assert (silent.answered, silent.at_rest) == (False, False)


async def test_a_service_has_answered_once_each_of_its_living_processes_has(admin: Client) -> None:
    tenant = uuid4()

    def process(name: str, offset: float, dues: int) -> Callable[[Msg], Awaitable[None]]:
        async def answer(message: Msg) -> None:
            found = {"process": name, "living": ["one", "two"], "clock_offset": offset, "dues": dues}
            await message.respond(json.dumps(found).encode())

        return answer

    await admin.subscribe("quiet.metrics", cb=process("one", 60.0, 0))
    [half] = await ask_quiet(admin, ["metrics"], tenant, timeout=0.5)
    assert not half.answered

    await admin.subscribe("quiet.metrics", cb=process("two", 0.0, 1))
    [whole] = await ask_quiet(admin, ["metrics"], tenant, timeout=5)
    assert (whole.answered, whole.dues, sorted(whole.clock_offsets)) == (True, 1, [0.0, 60.0])
    assert not whole.follows(60.0)
