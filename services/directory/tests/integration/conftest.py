from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from common.blobs import Blobs
from common.clock import FixedClock
from common.database import Database
from common.identity import Identity
from common.ids import new_id
from devstack.harness import Harness
from directory.api.servicer import DirectoryServicer
from directory.use_cases.create_tenant import NewTenant, create_tenant
from ops.roles import ServiceDsns
from tandem.directory.v1.directory_service_pb2_grpc import DirectoryServiceStub

NOW = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def database(
    service_database: Callable[..., ServiceDsns], harness: Harness, clock: FixedClock
) -> AsyncIterator[Database]:
    opened = harness.database(service_database("directory"), "directory", clock)
    yield opened
    await opened.close()


async def new_tenant(database: Database, harness: Harness, issuer: str) -> SimpleNamespace:
    tenant_id = new_id()
    new = NewTenant(
        tenant_id,
        "Heron",
        "cn",
        "zh-CN",
        "Asia/Shanghai",
        "CN",
        True,
        issuer,
        "urn:tandem:api",
        f"{issuer}/jwks",
        "external_id",
        ("ES256",),
        False,
        "hr-1",
    )
    platform = Identity(tenant_id, "platform", "service")
    await create_tenant(database, harness.call(platform), new)
    gateway = Identity.of_service("gateway", tenant_id)
    admin = harness.fresh(harness.person(tenant_id, new_id(), "hr_admin"), now=NOW)
    return SimpleNamespace(id=tenant_id, issuer=issuer, gateway=gateway, admin=admin)


@pytest.fixture
async def tenant(database: Database, harness: Harness) -> SimpleNamespace:
    return await new_tenant(database, harness, "https://heron.example")


@pytest.fixture
async def directory(database: Database, harness: Harness, tmp_path: Path) -> AsyncIterator[DirectoryServiceStub]:
    servicer = DirectoryServicer(database, harness.page_tokens, Blobs.open(str(tmp_path)))
    async with harness.serving(servicer.add_to, "directory") as channel:
        yield DirectoryServiceStub(channel)
