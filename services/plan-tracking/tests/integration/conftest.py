from collections.abc import AsyncIterator, Callable

import pytest
from common.clock import FixedClock
from common.database import Database
from devstack.harness import Harness
from ops.roles import ServiceDsns
from plan_tracking.api.servicer import PlanTrackingServicer
from tandem.plan_tracking.v1.plan_tracking_service_pb2_grpc import PlanTrackingServiceStub

from .setting import at
from .world import World


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(at("09-30", "10:00"))


@pytest.fixture
async def database(
    service_database: Callable[..., ServiceDsns], harness: Harness, clock: FixedClock
) -> AsyncIterator[Database]:
    opened = harness.database(service_database("plan_tracking"), "plan-tracking", clock)
    yield opened
    await opened.close()


@pytest.fixture
async def world(database: Database, harness: Harness, clock: FixedClock) -> AsyncIterator[World]:
    servicer = PlanTrackingServicer(database, harness.page_tokens, harness.master_keys)
    async with harness.serving(servicer.add_to, "plan-tracking") as channel:
        yield World(harness, database, clock, PlanTrackingServiceStub(channel))


@pytest.fixture
async def offered(world: World) -> str:
    """A plan that waits for both signatures since Monday 12 October 15:10; due Wednesday 18:00."""
    await world.opens()
    return await world.offers()
