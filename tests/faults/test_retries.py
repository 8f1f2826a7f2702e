"""T15: a service that fails a third of its calls is not buried under repetitions, and nothing is done twice."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from common.ids import new_id
from devstack.background import Background

from tests.faults.commands import create_unit, settle, units_by_code
from tests.faults.conftest import ProxiedStack
from tests.faults.figures import Figures
from tests.faults.flaky import FlakyCalls

pytestmark = pytest.mark.faults

CLIENTS = 6


@pytest.fixture
def failing(proxied: ProxiedStack) -> Iterator[FlakyCalls]:
    proxied.flaky.arrivals.clear()
    proxied.flaky.share = 0.3
    yield proxied.flaky
    proxied.flaky.share = 0.0


def test_t15_repetitions_stay_few_and_do_nothing_twice(
    proxied: ProxiedStack,
    proxied_tenant: SimpleNamespace,
    background: Background,
    proxied_check: Callable[[], float],
    failing: FlakyCalls,
    figures: Figures,
    full_length: bool,
) -> None:
    keys = [f"t15-{new_id()}" for _ in range(1000 if full_length else 300)]
    with ThreadPoolExecutor(CLIENTS) as clients:
        first = list(clients.map(lambda key: create_unit(proxied_tenant.blunt, key), keys))
        arrived = dict(failing.arrivals)
        failing.share = 0.0
        outcomes = list(clients.map(lambda outcome: settle(proxied_tenant.admin, outcome), first))
    amplification = sum(arrived.values()) / arrived["first"]
    figures.note(
        "T15", calls=arrived["first"], repeated=arrived.get("repeated", 0), amplification=amplification,
        failed_at_the_client=sum(outcome.state != "ok" for outcome in first),
    )  # fmt: skip
    # Some are repeated, or the throttle would prove nothing.
    assert 1 < amplification <= 1.3
    assert {outcome.state for outcome in outcomes} == {"ok"}
    made = units_by_code(proxied, background)
    assert {key: made[key] for key in keys} == {outcome.key: [outcome.resource_id] for outcome in outcomes}
    proxied_check()
