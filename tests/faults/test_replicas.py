"""Two processes of each service: calls and events pass over what has gone, and one process reads at a time."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from common.ids import new_id
from common.quiet import Quiet, ask_quiet
from devstack.background import Background
from devstack.testing import StackUnderTest
from nats import connect

from tests.rest import Actor

pytestmark = pytest.mark.faults

PARTS = ("gateway-2", "directory-2", "scheduling-2")


@pytest.fixture(scope="module")
def pair(server_folder: Path, background: Background, npm_packages: Path) -> Iterator[StackUnderTest]:
    """Return a stack of two processes each of the gateway, directory and scheduling."""
    stack = StackUnderTest(server_folder / "pair", background, npm_packages, only=PARTS, replicas=2)
    stack.up()
    yield stack
    stack.down()


@pytest.fixture(scope="module")
def admin(pair: StackUnderTest) -> Actor:
    pair.create_tenant("pair", first_admin="hr-1", locale="en", zone="Europe/Berlin", calendar="DE")
    return Actor(pair, "pair", "hr-1", "en")


@pytest.fixture(scope="module")
def query(pair: StackUnderTest, background: Background) -> Callable[[str], list[asyncpg.Record]]:
    def ask(sql: str) -> list[asyncpg.Record]:
        async def run() -> list[asyncpg.Record]:
            connection = await asyncpg.connect(pair.superuser_dsn)
            try:
                return list(await connection.fetch(sql))
            finally:
                await connection.close()

        return background.run(run())

    return ask


def reader_of_scheduling(pair: StackUnderTest, query: Callable[[str], list[asyncpg.Record]]) -> str:
    """Return which of the two processes reads directory's events."""
    [holder] = query("SELECT holder FROM scheduling.lease WHERE name LIKE 'consume/directory/%' AND until > now()")
    pid = int(holder["holder"].split(":")[1])
    return next(name for name in ("scheduling", "scheduling-2") if pair[name].pid == pid)


def add_units(admin: Actor, count: int) -> set[str]:
    return {admin.post("/v1/units", {"code": f"u-{new_id()}", "name": "u"})["id"] for _ in range(count)}


def wait_for_copies(query: Callable[[str], list[asyncpg.Record]], units: set[str], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not units <= {str(row["id"]) for row in query("SELECT id FROM scheduling.unit")}:
        assert time.monotonic() < deadline, "scheduling did not hear of every unit"
        time.sleep(0.2)


def test_each_process_has_its_part_of_the_streams(
    pair: StackUnderTest, query: Callable[[str], list[asyncpg.Record]]
) -> None:
    deadline = time.monotonic() + 30
    while True:
        rows = query("SELECT name, holder FROM scheduling.lease WHERE name LIKE 'consume/%' AND until > now()")
        if len({row["holder"] for row in rows}) == 2:
            break
        assert time.monotonic() < deadline, rows
        time.sleep(0.5)
    assert sorted(row["name"] for row in rows) == [
        "consume/directory/scheduling",
        "consume/interview-record/scheduling",
    ]


def test_a_killed_reader_is_replaced_and_its_events_are_read(
    pair: StackUnderTest, admin: Actor, query: Callable[[str], list[asyncpg.Record]]
) -> None:
    before = add_units(admin, 3)
    wait_for_copies(query, before, 30)
    reader = reader_of_scheduling(pair, query)
    pair[reader].kill()
    after = add_units(admin, 3)

    # The lease runs out after ten seconds; what the killed one had not acknowledged comes back after thirty.
    wait_for_copies(query, after, 60)

    assert reader_of_scheduling(pair, query) != reader
    pair[reader].start()


def test_calls_pass_over_a_process_that_has_gone(pair: StackUnderTest, admin: Actor) -> None:
    pair["gateway"].stop()
    pair["directory-2"].kill()
    assert len(add_units(admin, 10)) == 10
    pair["gateway"].start()
    pair["directory-2"].start()
    assert admin.get("/v1/me")["person_id"]


def test_a_clock_waits_for_every_process(
    pair: StackUnderTest, background: Background, query: Callable[[str], list[asyncpg.Record]]
) -> None:
    [tenant] = query("SELECT id FROM directory.tenant LIMIT 1")

    def ask() -> Quiet:
        async def run(tenant_id: UUID) -> Quiet:
            client = await connect(pair.nats_url())
            try:
                [answer] = await ask_quiet(client, ["scheduling"], tenant_id, timeout=2)
                return answer
            finally:
                await client.close()

        return background.run(run(tenant["id"]))

    def eventually(answered: bool, seconds: float = 40) -> Quiet:
        deadline = time.monotonic() + seconds
        while (found := ask()).answered is not answered or (answered and len(found.clock_offsets) != 2):
            assert time.monotonic() < deadline, found
            time.sleep(0.2)
        return found

    eventually(answered=True)
    pair["scheduling-2"].pause()
    try:
        assert not ask().answered
    finally:
        pair["scheduling-2"].resume()
    eventually(answered=True)
