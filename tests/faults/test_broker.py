"""T04 to T07: the broker is killed, set back, frozen or cut off; people notice nothing, and nothing is lost."""

import json
import shutil
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from devstack.background import Background
from devstack.probes import grpc_serving
from devstack.testing import StackUnderTest

from tests.faults.commands import Writers
from tests.faults.conftest import ProxiedStack
from tests.faults.figures import Figures
from tests.faults.looking import LISTENERS, NAMES, query, stored_events, until

pytestmark = pytest.mark.faults

KILLS = 10


def pids(stack: StackUnderTest) -> dict[str, int]:
    return {service: stack[service].pid for service in NAMES if stack[service].running}


def test_t04_consumers_go_on_soon_after_each_of_ten_kills_of_the_broker(
    faulty: StackUnderTest,
    tenant: SimpleNamespace,
    background: Background,
    check: Callable[[], float],
    figures: Figures,
) -> None:
    before, waits = pids(faulty), []

    def all_progressed(since: Any) -> bool:
        newest = " UNION ALL ".join(
            f"SELECT max(handled_at) AS at FROM {schema}.inbox" for schema in LISTENERS.values()
        )
        return all(row["at"] is not None and row["at"] > since for row in query(faulty, background, newest))

    with Writers(tenant.blunt, "t04") as writers:
        for _ in range(KILLS):
            time.sleep(1)
            faulty["nats"].kill()
            faulty["nats"].start()
            answers = query(faulty, background, "SELECT now() AS at")[0]["at"]
            waits.append(until(lambda since=answers: all_progressed(since), 30))
    assert writers.states == {"ok"}
    assert pids(faulty) == before
    took = check()
    figures.note(
        "T04", kills=KILLS, writes=len(writers.outcomes), slowest_write=writers.slowest,
        longest_until_progress=max(waits), median_until_progress=sorted(waits)[KILLS // 2], quiet_after=took,
    )  # fmt: skip
    assert sorted(waits)[KILLS // 2] <= 5


def test_t05_a_broker_set_back_to_an_older_store_is_told_what_it_lost_and_no_more(
    faulty: StackUnderTest,
    tenant: SimpleNamespace,
    background: Background,
    check: Callable[[], float],
    figures: Figures,
    full_length: bool,
) -> None:
    store, copy = faulty.nats_folder / "store", faulty.nats_folder / "older-store"
    with Writers(tenant.blunt, "t05-before"):
        time.sleep(3)
    check()
    faulty["nats"].stop()
    shutil.copytree(store, copy)
    faulty["nats"].start()
    kept = stored_ids(faulty, background)
    with Writers(tenant.blunt, "t05-lost") as lost_writers:
        time.sleep(60 if full_length else 5)
    check()
    told = faulty.log("directory").count("broker_lost_events")
    # Written while the broker is away, so that it is sent much at once when it comes back.
    with Writers(tenant.blunt, "t05-after", clients=6, pause=0.0) as writers:
        faulty["nats"].stop()
        # What had been answered a moment before is still being marked.
        time.sleep(1)
        lost = query(faulty, background, "SELECT event_id FROM directory.outbox WHERE stream_seq > $1", len(kept))
        shutil.rmtree(store)
        shutil.move(copy, store)
        until(lambda: len(writers.outcomes) > 2 * len(lost), 60)
        faulty["nats"].start()
        found_after = until(lambda: faulty.log("directory").count("broker_lost_events") > told, 60)
    check()

    said = [
        json.loads(line[line.index("{") :])
        for line in faulty.log("directory").splitlines()
        if "broker_lost_events" in line
    ]
    assert [each["rows"] for each in said[told:]] == [len(lost)]
    held = stored_ids(faulty, background)
    events = query(faulty, background, "SELECT event_id FROM directory.outbox")
    assert held[: len(kept)] == kept
    assert len(held) == len(set(held))
    assert set(held) == {str(row["event_id"]) for row in events}
    assert lost_writers.states == writers.states == {"ok"}
    figures.note(
        "T05", kept=len(kept), lost=len(lost), republished=said[-1]["rows"],
        written_meanwhile=len(writers.outcomes), found_after=found_after,
    )  # fmt: skip


def stored_ids(stack: StackUnderTest, background: Background) -> list[str]:
    return [event.id for event in stored_events(stack, background, "directory")]


def test_t06_a_frozen_broker_stops_no_write(
    faulty: StackUnderTest, tenant: SimpleNamespace, check: Callable[[], float], figures: Figures
) -> None:
    with Writers(tenant.blunt, "t06", clients=2, pause=0.3) as writers:
        time.sleep(1)
        faulty["nats"].pause()
        time.sleep(30)
        faulty["nats"].resume()
    drained = check()
    figures.note("T06", writes=len(writers.outcomes), slowest_write=writers.slowest, drained_after=drained)
    assert writers.states == {"ok"}
    assert drained <= 30


def test_t07_services_cut_off_from_the_broker_notice_it_and_serve_on(
    proxied: ProxiedStack,
    proxied_tenant: SimpleNamespace,
    background: Background,
    proxied_check: Callable[[], float],
    figures: Figures,
    full_length: bool,
) -> None:
    noticed: dict[str, float] = {}
    unready: list[str] = []
    before = {service: proxied.log(service).count("broker_away") for service in NAMES}
    with Writers(proxied_tenant.blunt, "t07", clients=2, pause=0.3) as writers:
        time.sleep(1)
        proxied.proxies["nats"].swallow()
        began = time.monotonic()
        while (passed := time.monotonic() - began) < (180 if full_length else 40):
            for service in NAMES:
                if proxied.log(service).count("broker_away") > before[service]:
                    noticed.setdefault(service, passed)
                # Once more, because a probe of a busy machine may be late by itself.
                if not any(is_ready(proxied, background, service) for _ in range(3)):
                    unready.append(service)
            time.sleep(0.5)
        proxied.proxies["nats"].heal()
    healed = proxied_check()
    figures.note(
        "T07", writes=len(writers.outcomes), slowest_write=writers.slowest,
        first_noticed=min(noticed.values(), default=-1.0), last_noticed=max(noticed.values(), default=-1.0),
        quiet_after=healed,
    )  # fmt: skip
    assert writers.states == {"ok"}
    assert unready == []
    assert set(noticed) == set(NAMES)
    assert max(noticed.values()) <= 30


def is_ready(stack: StackUnderTest, background: Background, service: str) -> bool:
    if service == "gateway":
        return httpx2.get(f"{stack.url}/healthz/ready", timeout=10).status_code == 200
    return background.run(grpc_serving(stack.ports[service])())
