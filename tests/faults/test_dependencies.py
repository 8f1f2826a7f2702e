"""T13 and T14: the database is away for minutes, or slow; what waits costs no delivery, and every call ends in time."""

import time
from collections.abc import Callable
from types import SimpleNamespace

import nats
import pytest
from devstack.background import Background

from tests.faults.commands import Writers, create_unit
from tests.faults.conftest import ProxiedStack
from tests.faults.figures import Figures
from tests.faults.looking import LISTENERS, query, until

pytestmark = pytest.mark.faults

UNPUBLISHED = "SELECT FROM directory.outbox WHERE published_at IS NULL"


def deliveries(stack: ProxiedStack, background: Background) -> dict[str, int]:
    """Return how many deliveries each listener of directory has been given beyond one per event."""

    async def ask() -> dict[str, int]:
        client = await nats.connect(stack.nats_url())
        try:
            js = client.jetstream()
            given = {name: (await js.consumer_info("directory", name)).delivered for name in LISTENERS}
        finally:
            await client.close()
        return {name: each.consumer_seq - each.stream_seq for name, each in given.items() if each is not None}

    return background.run(ask())


def test_t13_a_database_that_is_away_costs_no_deliveries_and_all_goes_on_by_itself(
    proxied: ProxiedStack,
    proxied_tenant: SimpleNamespace,
    background: Background,
    proxied_check: Callable[[], float],
    figures: Figures,
    full_length: bool,
) -> None:
    proxied_check()
    before = deliveries(proxied, background)
    # Events that wait at the broker, so that each listener is handed them while its database is away.
    for name in LISTENERS:
        proxied[name].pause()
    with Writers(proxied_tenant.admin, "t13-waiting", clients=2) as waiting:
        time.sleep(4)
    until(lambda: not query(proxied, background, UNPUBLISHED), 30)
    proxied.proxies["postgres"].refuse()
    for name in LISTENERS:
        proxied[name].resume()
    with Writers(proxied_tenant.blunt, "t13", clients=2, pause=0.5) as writers:
        time.sleep(600 if full_length else 40)
        answered = len(writers.outcomes)
        proxied.proxies["postgres"].heal()
        back = until(lambda: any(each.state == "ok" for each in writers.outcomes[answered:]), 30)
    writers.settle()
    quiet_after = proxied_check()
    spent = {name: extra - before[name] for name, extra in deliveries(proxied, background).items()}
    figures.note(
        "T13", waiting=len(waiting.outcomes), most_deliveries_spent=max(spent.values()), refused=answered,
        answers_again_after=back, quiet_after=quiet_after,
    )  # fmt: skip
    assert {each.state for each in waiting.outcomes} == {"ok"}
    assert max(spent.values()) <= len(waiting.outcomes)
    assert writers.each_made_once(proxied, background)


def test_t14_every_call_to_a_slow_database_ends_in_time_and_none_is_made_twice(
    proxied: ProxiedStack,
    proxied_tenant: SimpleNamespace,
    background: Background,
    proxied_check: Callable[[], float],
    figures: Figures,
    full_length: bool,
) -> None:
    proxied_check()
    proxied.proxies["postgres"].slow(0.8)
    with Writers(proxied_tenant.blunt, "t14", clients=15, pause=0.2) as writers:
        time.sleep(180 if full_length else 25)
    statuses, slowest = writers.statuses, writers.slowest
    proxied.proxies["postgres"].heal()

    def answers_at_once() -> bool:
        began = time.monotonic()
        outcome = create_unit(proxied_tenant.blunt, f"t14-after-{began}")
        return outcome.state == "ok" and time.monotonic() - began < 2

    recovered = until(answers_at_once, 15)
    writers.settle()
    proxied_check()
    figures.note(
        "T14", writes=len(writers.outcomes), slowest=slowest, recovered_after=recovered,
        **{f"status_{status}": count for status, count in sorted(statuses.items())},
    )  # fmt: skip
    assert set(statuses) <= {200, 503, 504}
    # The deadline of a write, and what a busy machine adds to it.
    assert slowest <= 14
    assert writers.each_made_once(proxied, background)
