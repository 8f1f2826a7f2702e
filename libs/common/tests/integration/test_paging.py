"""Pages walk a table once and whole, whatever is inserted meanwhile."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from common.identity import Identity
from common.pagination import PageTokens
from devstack.postgres import Postgres
from sqlalchemy import Column, DateTime, MetaData, Table, Uuid, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

NOW = datetime(2026, 10, 12, tzinfo=UTC)
ME = Identity(UUID(int=0), "person:1", "person")
TOKENS = PageTokens(lambda: [b"k" * 32])
things = Table(
    "paged_thing",
    MetaData(),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("id", Uuid, primary_key=True),
    prefixes=["TEMPORARY"],
)


@pytest.fixture
async def connection(postgres: Postgres) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(postgres.dsn("postgres", postgres.password, "postgres"))
    async with engine.connect() as opened:
        await opened.run_sync(things.create)
        # Ten moments, five things each: the id decides inside a moment.
        rows = [{"at": NOW + timedelta(hours=n % 10), "id": UUID(int=n)} for n in range(50)]
        await opened.execute(insert(things), rows)
        yield opened
        await opened.rollback()
    await engine.dispose()


async def walk(connection: AsyncConnection, size: int, *, descending: bool, grow: bool = False) -> list[UUID]:
    seen: list[UUID] = []
    token = ""
    while True:
        page = TOKENS.open(size, token, identity=ME, now=NOW, question="ListThings")
        statement = page.apply(select(things), things.c.at, things.c.id, descending=descending)
        rows, token = page.close((await connection.execute(statement)).all(), lambda row: (row.at, row.id))
        seen += [row.id for row in rows]
        if not token:
            return seen
        if grow:
            before = {"at": NOW - timedelta(days=1), "id": UUID(int=1000 + len(seen))}
            await connection.execute(insert(things), [before])


@pytest.mark.parametrize("size", [1, 7, 49, 50, 200])
@pytest.mark.parametrize("descending", [False, True])
async def test_pages_together_are_the_ordered_table(connection: AsyncConnection, size: int, descending: bool) -> None:
    expected = sorted(range(50), key=lambda n: (n % 10, n), reverse=descending)
    assert await walk(connection, size, descending=descending) == [UUID(int=n) for n in expected]


async def test_rows_inserted_behind_neither_repeat_nor_hide_others(connection: AsyncConnection) -> None:
    seen = await walk(connection, 7, descending=False, grow=True)
    assert len(seen) == len(set(seen)) == 50
