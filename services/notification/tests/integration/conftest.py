from collections.abc import AsyncIterator, Callable

import pytest
from common.clock import FixedClock
from common.database import Database
from devstack.harness import Harness
from notification.api.servicer import NotificationServicer
from ops.roles import ServiceDsns
from tandem.notification.v1.notification_service_pb2_grpc import NotificationServiceStub

from .outside import Catcher, serving_contacts
from .world import NOW, World


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def database(
    service_database: Callable[..., ServiceDsns], harness: Harness, clock: FixedClock
) -> AsyncIterator[Database]:
    opened = harness.database(service_database("notification"), "notification", clock)
    yield opened
    await opened.close()


@pytest.fixture
async def notification(database: Database, harness: Harness) -> AsyncIterator[NotificationServiceStub]:
    servicer = NotificationServicer(database, harness.page_tokens)
    async with harness.serving(servicer.add_to, "notification") as channel:
        yield NotificationServiceStub(channel)


@pytest.fixture
async def catcher() -> AsyncIterator[Catcher]:
    caught = Catcher()
    await caught.start()
    yield caught
    caught.stop()


@pytest.fixture
async def world(database: Database, harness: Harness, catcher: Catcher, clock: FixedClock) -> AsyncIterator[World]:
    async with serving_contacts(harness) as neighbours:
        yield await World(database, harness, catcher, clock, neighbours).populated()
