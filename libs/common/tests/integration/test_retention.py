"""What is kept for a time goes when the time is over, and not an hour before."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from common import retention, tables
from common.database import Database
from common.ids import new_id
from common.retention import KEPT, Kept, Retention
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

TENANT = UUID(int=7)


def row_of(kept: Kept) -> dict[str, Any]:
    rows: dict[Any, dict[str, Any]] = {
        tables.outbox: {
            "event_id": new_id(),
            "event_type": "unit.changed.v1",
            "aggregate_type": "unit",
            "aggregate_id": new_id(),
            "sequence": 1,
            "epoch": 1,
            "occurred_at": func.now(),
            "actor": "test",
            "payload": b"",
            "trace": {},
        },
        tables.inbox: {"event_id": new_id(), "event_type": "directory.unit.changed.v1"},
        tables.idempotency: {"subject": "test", "method": "test", "key": str(new_id()), "fingerprint": b""},
    }
    return {"tenant_id": TENANT, **rows[kept.table]}


async def keep(connection: AsyncConnection, kept: Kept, age: timedelta | None) -> None:
    moment = None if age is None else func.now() - age
    await connection.execute(insert(kept.table).values({**row_of(kept), kept.since.name: moment}))


async def ages(database: Database, superuser: AsyncConnection, kept: Kept) -> list[timedelta | None]:
    age = func.now() - kept.since
    return sorted((await superuser.scalars(select(age))).all(), key=lambda each: each or timedelta.max)


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.table.name)
async def test_a_row_goes_once_its_time_is_over(
    database: Database, every_row: AsyncConnection, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    hour = timedelta(hours=1)
    for age in (kept.keep + hour, kept.keep + 2 * hour, kept.keep + 3 * hour, kept.keep - hour):
        await keep(every_row, kept, age)
    if kept.since.nullable:
        await keep(every_row, kept, None)
    await every_row.commit()

    purger = Retention(database)
    assert [await purger.purge_batch(kept) for _ in range(3)] == [2, 1, 0]
    left = await ages(database, every_row, kept)
    assert len(left) == (2 if kept.since.nullable else 1)
    assert left[0] is not None
    assert kept.keep - 2 * hour < left[0] < kept.keep


async def test_it_runs_by_itself_and_ends_when_told(database: Database, every_row: AsyncConnection) -> None:
    for kept in KEPT:
        await keep(every_row, kept, kept.keep + timedelta(minutes=1))
    await every_row.commit()
    purger = Retention(database)
    task = asyncio.create_task(purger.run())

    async def emptied() -> None:
        while any([await ages(database, every_row, kept) for kept in KEPT]):
            await every_row.rollback()
            await asyncio.sleep(0.05)

    await asyncio.wait_for(emptied(), 10)
    purger.stop()
    await asyncio.wait_for(task, 5)
