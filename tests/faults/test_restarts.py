"""T09 and T16: every service runs twice; two may not lead at once, and each may be restarted while people work."""

import itertools
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import httpx2
import pytest
from devstack.background import Background
from devstack.testing import StackUnderTest

from tests.faults.commands import Writers, create_unit
from tests.faults.conftest import add_tenant, check_of
from tests.faults.figures import Figures
from tests.faults.history import Outcome
from tests.faults.looking import NAMES, query, stored_events, until
from tests.rest import Actor, Refused

pytestmark = pytest.mark.faults

THEFTS = 10
AGGREGATES = 4
DEPOSE = "UPDATE directory.lease SET until = now() - interval '1 second' WHERE name = 'relay' RETURNING holder, fence"
LEASE = "SELECT holder, fence FROM directory.lease WHERE name = 'relay'"
# As an orchestrator's minReadySeconds: callers have found a process that is back before the next one goes.
SETTLED = 3
READS = ("/v1/me", "/v1/units", "/v1/interviews", "/v1/plan-templates", "/v1/messages", "/v1/open-steps/counts")


@pytest.fixture(scope="module")
def twice(server_folder: Path, background: Background, npm_packages: Path) -> Iterator[StackUnderTest]:
    """Return a whole stack in which every service runs twice."""
    stack = StackUnderTest(server_folder / "twice", background, npm_packages, replicas=2, traces=False)
    stack.up()
    yield stack
    stack.down()


@pytest.fixture(scope="module")
def twice_tenant(twice: StackUnderTest) -> SimpleNamespace:
    return add_tenant(twice)


@pytest.fixture
def twice_check(twice: StackUnderTest) -> Callable[[], float]:
    return check_of(twice)


def test_t09_of_two_relays_that_both_lead_one_marks_and_the_order_in_the_stream_stays(
    twice: StackUnderTest,
    twice_tenant: SimpleNamespace,
    background: Background,
    twice_check: Callable[[], float],
    figures: Figures,
) -> None:
    admin, over = twice_tenant.admin, Event()
    units = [create_unit(admin, f"t09-{number}").resource_id for number in range(AGGREGATES)]

    def rename(unit: str) -> int:
        done = 0
        while not over.is_set():
            try:
                admin.change_fields(f"/v1/units/{unit}", name=f"t09 {done}")
                done += 1
            except Refused as refused:
                # The frozen one serves calls too; such a call may have come to it.
                if refused.status != 504 and refused.reason != "VERSION_MISMATCH":
                    raise
        return done

    leaders = set()
    with ThreadPoolExecutor(AGGREGATES) as clients:
        renamed = [clients.submit(rename, unit) for unit in units]
        try:
            for _ in range(THEFTS):
                # By its own clock the leader still holds the lease, for up to five seconds.
                was = query(twice, background, DEPOSE)[0]
                leaders.add(was["holder"])
                until(lambda was=was: query(twice, background, LEASE)[0]["fence"] > was["fence"], 20)
                time.sleep(0.5)
            frozen = freeze_the_leader(twice, background)
        finally:
            over.set()
    twice_check()

    events = stored_events(twice, background, "directory")
    sequences: dict[str, list[int]] = defaultdict(list)
    for event in events:
        if event.sequence not in sequences[event.aggregate_id]:
            sequences[event.aggregate_id].append(event.sequence)
    for unit in units:
        assert sequences[unit] == list(range(1, len(sequences[unit]) + 1))
    logs = [line for name in ("directory", "directory-2") for line in twice.log(name).splitlines()]
    refused = sum("marks_refused" in line for line in logs)
    figures.note(
        "T09", thefts=THEFTS, leaders=len(leaders), renames=sum(each.result() for each in renamed),
        marks_refused=refused, frozen_past_its_lease=frozen,
        stored_twice=len(events) - len({each.id for each in events}),
    )  # fmt: skip
    assert len(leaders) == 2
    assert refused > 0


def freeze_the_leader(stack: StackUnderTest, background: Background) -> float:
    """Freeze the relay's leader until the other leads, let it go on, and return how long it was frozen."""
    was = query(stack, background, LEASE)[0]
    pid = int(was["holder"].split(":")[1])
    (leader,) = (name for name in ("directory", "directory-2") if stack[name].pid == pid)
    stack[leader].pause()
    try:
        # Its lease ends after 10 s; had it the row locked, the database ends that after 30 s.
        took = until(lambda: query(stack, background, LEASE)[0]["fence"] > was["fence"], 60)
    finally:
        stack[leader].resume()
    time.sleep(1)
    return took


class Mixed:
    """Every third command is a write, the others read from one service after the other, each by another gateway."""

    def __init__(self, *actors: Actor) -> None:
        self._actors = actors
        self._turns = itertools.count()

    def __call__(self, _: Actor, key: str) -> Outcome:
        """Send the next one and return its outcome."""
        turn = next(self._turns)
        actor = self._actors[turn // 6 % len(self._actors)]
        if turn % 3 == 0:
            return create_unit(actor, key)
        path = READS[turn % len(READS)]
        try:
            actor.get(path)
        except Refused as refused:
            return Outcome(path, "unknown", status=refused.status)
        except httpx2.HTTPError as broken:
            return Outcome(path, type(broken).__name__, status=0)
        return Outcome(path, "ok")


def test_t16_every_process_is_restarted_under_load_and_no_call_fails(
    twice: StackUnderTest,
    twice_tenant: SimpleNamespace,
    background: Background,
    twice_check: Callable[[], float],
    figures: Figures,
    full_length: bool,
) -> None:
    drains: dict[str, float] = {}
    command = Mixed(twice_tenant.blunt, Actor(twice, "faults", "hr-1", "en", patience=0, first_gateway=1))
    with Writers(twice_tenant.blunt, "t16", clients=8, pause=0.1, command=command) as clients:
        began = time.monotonic()
        for _ in range(5 if full_length else 1):
            for service in NAMES:
                for instance in (service, f"{service}-2"):
                    asked = time.monotonic()
                    assert twice[instance].end(grace=30) == 0
                    drains[instance] = max(time.monotonic() - asked, drains.get(instance, 0.0))
                    twice[instance].start()
                    time.sleep(SETTLED)
        took = time.monotonic() - began
    twice_check()
    failed = [outcome for outcome in clients.outcomes if outcome.state != "ok"]
    slowest = max(drains, key=lambda name: drains[name])
    figures.note(
        "T16", calls=len(clients.outcomes), calls_a_second=len(clients.outcomes) / took, restarts=len(drains),
        failed=len(failed), slowest_call=clients.slowest, longest_drain=drains[slowest], of=slowest,
    )  # fmt: skip
    assert failed == []
    assert max(drains.values()) <= 25
