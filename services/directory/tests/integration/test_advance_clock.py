"""Moving a clock ends: at the target, or as failed, with a word on each service that did not come to rest."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from common import tables
from common.clock import Clock, ClockOffsets, offsets_in_force
from common.database import Database
from common.ids import new_id
from common.streams import CONSUMES
from devstack.broker import Broker
from devstack.harness import Harness
from devstack.streams import connected
from directory.jobs import advance_clock
from nats.aio.client import Client
from nats.aio.msg import Msg
from ops.roles import ServiceDsns
from sqlalchemy import select

TENANT = new_id()


@pytest.fixture
async def admin(quiet_nats: Broker) -> AsyncIterator[Client]:
    async with connected(quiet_nats) as client:
        yield client


@pytest.fixture
async def directory(quiet_nats: Broker) -> AsyncIterator[Client]:
    async with connected(quiet_nats, "directory") as client:
        yield client


@pytest.fixture
async def on_real_time(service_database: Callable[..., ServiceDsns], harness: Harness) -> AsyncIterator[Database]:
    opened = harness.database(service_database("directory"), "directory", Clock())
    yield opened
    await opened.close()


def saying(**found: object) -> Callable[[Msg], Awaitable[None]]:
    async def answer(message: Msg) -> None:
        await message.respond(json.dumps({"process": "one", "living": ["one"], **found}).encode())

    return answer


async def start(database: Database, harness: Harness, to: datetime) -> None:
    async with database.transaction(harness.call(harness.person(TENANT, new_id()))) as tx:
        tx.done(await tx.start_operation("advance_clock", {"to": to.isoformat()}))


async def ended(database: Database, harness: Harness) -> tuple[str, str | None, dict[str, str]]:
    """Return the operation's state, its reason, and the reasons of its errors by service."""
    async with database.read(harness.person(TENANT, new_id())) as reader:
        operation = (await reader.session.execute(select(tables.operation))).one()
        errors = (await reader.session.execute(select(tables.operation_error))).all()
    return operation.state, operation.error_reason, {error.field: error.code for error in errors}


async def test_a_service_that_does_not_answer_and_one_that_is_busy_are_named(
    on_real_time: Database, harness: Harness, admin: Client, directory: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advance_clock, "PATIENCE", timedelta(seconds=1))
    for service in CONSUMES.keys() - {"metrics", "scheduling"}:
        await admin.subscribe(f"quiet.{service}", cb=saying())
    await admin.subscribe("quiet.scheduling", cb=saying(outbox=3))
    await start(on_real_time, harness, datetime.now(UTC) + timedelta(days=1))

    assert await harness.work(on_real_time, {"advance_clock": advance_clock.AdvanceClock(directory)}) == 1

    state, reason, errors = await ended(on_real_time, harness)
    assert (state, reason) == ("failed", "CLOCK_NOT_AT_REST")
    assert errors == {"metrics": "NO_ANSWER", "scheduling": "NOT_AT_REST"}
    assert await offsets_in_force(admin) == {}


async def test_a_process_that_has_not_heard_of_the_new_time_holds_the_clock(
    on_real_time: Database, harness: Harness, admin: Client, directory: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advance_clock, "PATIENCE", timedelta(seconds=1))
    offsets = ClockOffsets()
    for service in CONSUMES:

        async def follow(message: Msg, late: float = 60.0 if service == "metrics" else 0.0) -> None:
            await offsets.load(admin)
            await saying(clock_offset=offsets.of(TENANT).total_seconds() - late)(message)

        await admin.subscribe(f"quiet.{service}", cb=follow)
    await start(on_real_time, harness, datetime.now(UTC) + timedelta(days=1))

    await harness.work(on_real_time, {"advance_clock": advance_clock.AdvanceClock(directory)})

    assert await ended(on_real_time, harness) == ("failed", "CLOCK_NOT_AT_REST", {"metrics": "CLOCK_BEHIND"})
