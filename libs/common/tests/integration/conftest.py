from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import nats
import pytest
from common.clock import FixedClock
from common.database import Database
from common.tables import TYPES, TenantRow, new_metadata
from devstack.broker import Broker
from devstack.harness import Harness
from devstack.postgres import Postgres
from nats.aio.client import Client
from ops.permissions import inbox_prefix
from ops.roles import ServiceDsns
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = TYPES


class NoteRow(TenantRow, Base):
    __tablename__ = "note"

    text: Mapped[bytes]


@pytest.fixture
def note_row() -> type[NoteRow]:
    return NoteRow


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 9, 30, 2, 0, tzinfo=UTC))


@pytest.fixture
async def connect(quiet_nats: Broker) -> AsyncIterator[Callable[[str], Awaitable[Client]]]:
    """Return a way to connect to the broker as one of its users."""
    opened: list[Client] = []

    async def connect(user: str) -> Client:
        client = await nats.connect(quiet_nats.url_for(user), inbox_prefix=inbox_prefix(user).encode())
        opened.append(client)
        return client

    yield connect
    for client in opened:
        await client.close()


@pytest.fixture
async def every_row(database: Database, postgres: Postgres) -> AsyncIterator[AsyncConnection]:
    """Return a connection that sees the rows of every tenant."""
    engine = create_async_engine(postgres.dsn("postgres", postgres.password))
    async with engine.connect() as connection:
        await connection.execute(text("SET search_path = probe"))
        await connection.commit()
        yield connection
    await engine.dispose()


@pytest.fixture
async def database(
    service_database: Callable[..., ServiceDsns], harness: Harness, clock: FixedClock
) -> AsyncIterator[Database]:
    dsns = service_database("probe", migrations=Path(__file__).parent / "probe_migrations")
    opened = harness.database(dsns, "directory", clock)
    yield opened
    await opened.close()
