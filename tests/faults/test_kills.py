"""T01 to T03: processes are killed in the middle of their work, and nothing is lost, doubled or half done."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from types import SimpleNamespace

import pytest
from common.crash_points import POINTS
from common.ids import new_id
from devstack.background import Background
from devstack.testing import StackUnderTest

from tests.faults.commands import create_unit, settle, units_by_code

pytestmark = pytest.mark.faults

COMMANDS = 1000
KILLS = 20
CLIENTS = 6


def test_t01_a_relay_killed_twenty_times_loses_and_doubles_nothing(
    faulty: StackUnderTest, tenant: SimpleNamespace, background: Background, check: Callable[[], None]
) -> None:
    over = Event()

    def kill_now_and_then() -> None:
        for _ in range(KILLS):
            if over.wait(0.4):
                return
            faulty["directory"].kill()
            faulty["directory"].start()

    keys = [f"t01-{number}-{new_id()}" for number in range(COMMANDS)]
    killer = Thread(target=kill_now_and_then)
    killer.start()
    with ThreadPoolExecutor(CLIENTS) as clients:
        first = list(clients.map(lambda key: create_unit(tenant.admin, key), keys))
        killer.join()
        outcomes = list(clients.map(lambda outcome: settle(tenant.admin, outcome), first))
    over.set()
    assert {outcome.state for outcome in outcomes} == {"ok"}
    found = units_by_code(faulty, background)
    assert {outcome.key: [outcome.resource_id] for outcome in outcomes} == {key: found[key] for key in keys}
    check()


def test_t02_a_consumer_killed_between_commit_and_ack_takes_effect_once(
    faulty: StackUnderTest, tenant: SimpleNamespace, check: Callable[[], None]
) -> None:
    for number in range(5):
        faulty.crash_at("scheduling", "event-handled")
        create_unit(tenant.admin, f"t02-{number}-{new_id()}")
        restart_when_dead(faulty, "scheduling")
    check()


@pytest.mark.parametrize("point", POINTS)
def test_t03_a_service_killed_inside_a_command_leaves_all_or_nothing(
    faulty: StackUnderTest,
    tenant: SimpleNamespace,
    background: Background,
    check: Callable[[], None],
    point: str,
) -> None:
    victim = "scheduling" if point in ("event-handled", "event-acknowledged") else "directory"
    key = f"t03-{point}-{new_id()}"
    faulty.crash_at(victim, point)
    outcome = create_unit(tenant.admin, key)
    restart_when_dead(faulty, victim)
    before = units_by_code(faulty, background).get(key, [])
    assert len(before) <= 1
    settled = settle(tenant.admin, outcome)
    assert settled.state == "ok"
    assert units_by_code(faulty, background)[key] == [settled.resource_id]
    assert before in ([], [settled.resource_id])
    # The same key answers the same once more.
    assert create_unit(tenant.admin, key) == settled
    check()


def restart_when_dead(stack: StackUnderTest, service: str) -> None:
    give_up = time.monotonic() + 20
    while stack[service].running:
        assert time.monotonic() < give_up, f"{service} never came to its crash point"
        time.sleep(0.05)
    stack[service].start()
