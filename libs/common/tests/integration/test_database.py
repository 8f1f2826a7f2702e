"""Commands, reactions and deadlines on a real database."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from common import tables
from common.call import Call
from common.clock import FixedClock
from common.database import Database
from common.due import Due
from common.errors import AlreadyHandled, IdempotencyKeyReused, NotFound, Replayed, VersionMismatch
from common.ids import new_id
from common.sealed import KeyDestroyed
from devstack.harness import Harness
from sqlalchemy import func, select, text, update
from tandem.common.v1.steps_pb2 import StepDue

TENANT, OTHER = new_id(), new_id()


async def add_note(database: Database, call: Call, row: type[Any], words: str = "words") -> UUID:
    async with database.transaction(call) as tx:
        note_id = new_id()
        tx.add(row(tenant_id=tx.tenant_id, id=note_id, text=await tx.seal("note", "text", note_id, note_id, words)))
        tx.audit("note.added", "note", note_id)
        tx.publish(note_id, StepDue())
        return tx.done(note_id)


async def count(database: Database, table: Any) -> int:
    async with database.worker() as connection:
        return int(await connection.scalar(select(func.count()).select_from(table)) or 0)


@pytest.fixture
def call(harness: Harness) -> Call:
    return harness.call(harness.person(TENANT, new_id()))


async def test_a_command_commits_row_audit_event_and_key_together(
    database: Database, call: Call, note_row: Any
) -> None:
    note_id = await add_note(database, call, note_row)
    async with database.read(call.identity) as reader:
        row = await reader.session.get(note_row, (TENANT, note_id))
        assert await reader.unseal("note", "text", note_id, note_id, row.text) == "words"
    assert await count(database, tables.outbox) == await count(database, tables.audit) == 1


async def test_a_command_that_fails_leaves_nothing(database: Database, call: Call, note_row: Any) -> None:
    with pytest.raises(RuntimeError):
        async with database.transaction(call) as tx:
            tx.audit("note.added", "note", new_id())
            tx.publish(new_id(), StepDue())
            raise RuntimeError
    assert await count(database, tables.outbox) == await count(database, tables.idempotency) == 0


async def test_the_same_key_answers_with_what_it_made(database: Database, call: Call, note_row: Any) -> None:
    note_id = await add_note(database, call, note_row)
    with pytest.raises(Replayed) as replayed:
        await add_note(database, call, note_row)
    assert replayed.value.resource_id == note_id
    with pytest.raises(IdempotencyKeyReused):
        await add_note(database, replace(call, fingerprint=b"other"), note_row)


async def test_fifty_submits_of_one_key_make_one_note(database: Database, call: Call, note_row: Any) -> None:
    answers = await asyncio.gather(*(add_note(database, call, note_row) for _ in range(50)), return_exceptions=True)
    made = [each for each in answers if isinstance(each, UUID)]
    assert len(made) == 1
    replays = [each for each in answers if isinstance(each, Replayed)]
    assert {each.resource_id for each in replays} == set(made)
    assert len(replays) + 1 == 50
    assert await count(database, tables.outbox) == 1


async def test_another_tenant_finds_nothing(database: Database, call: Call, note_row: Any, harness: Harness) -> None:
    note_id = await add_note(database, call, note_row)
    stranger = harness.call(harness.person(OTHER, new_id()))
    with pytest.raises(NotFound):
        async with database.transaction(stranger) as tx:
            await tx.get(note_row, note_id)
    async with database.read(stranger.identity) as reader:
        assert await reader.session.scalar(select(func.count()).select_from(note_row)) == 0
        # Even a query that forgets the tenant finds only the caller's own.
        assert await reader.session.scalar(text("SELECT count(*) FROM audit")) == 0


async def test_a_stale_version_is_refused(database: Database, call: Call, note_row: Any, harness: Harness) -> None:
    note_id = await add_note(database, call, note_row)
    again = harness.call(call.identity)
    async with database.transaction(again) as tx:
        note = await tx.get(note_row, note_id, expected_version=1)
        note.text = b"changed"
        tx.done(note_id)
    with pytest.raises(VersionMismatch):
        async with database.transaction(harness.call(call.identity)) as tx:
            await tx.get(note_row, note_id, expected_version=1)


async def test_events_of_one_aggregate_are_numbered_without_gaps_under_contention(
    database: Database, call: Call, harness: Harness
) -> None:
    aggregate = new_id()

    async def publish() -> None:
        async with database.transaction(harness.call(call.identity)) as tx:
            tx.publish(aggregate, StepDue())
            tx.publish(aggregate, StepDue())
            tx.done(aggregate)

    await asyncio.gather(*(publish() for _ in range(20)))
    rows = await harness.published(database)
    assert [row.sequence for row in rows] == list(range(1, 41))


async def test_an_event_takes_effect_once(database: Database, harness: Harness) -> None:
    event = harness.event(TENANT, new_id(), StepDue())
    async with database.reaction(event) as tx:
        tx.audit("seen", "step", event.aggregate_id)
    with pytest.raises(AlreadyHandled):
        async with database.reaction(event):
            pytest.fail("handled twice")
    assert await count(database, tables.audit) == 1


async def test_a_deadline_runs_once_its_tenants_clock_reaches_it(
    database: Database, clock: FixedClock, call: Call, harness: Harness
) -> None:
    seen: list[Due] = []

    async def remind(database: Database, due: Due) -> None:
        async with database.deadline(due) as tx:
            tx.audit("reminded", "note", due.object_id)
            seen.append(due)

    async with database.transaction(call) as tx:
        note_id = tx.done(new_id())
        await tx.due("remind", note_id, clock.now(TENANT) + timedelta(days=1))
    assert await harness.sweep(database, {"remind": remind}) == 0
    clock.advance(timedelta(days=2), OTHER)
    assert await harness.sweep(database, {"remind": remind}) == 0
    clock.advance(timedelta(days=2), TENANT)
    assert await harness.sweep(database, {"remind": remind}) == 1
    assert [each.object_id for each in seen] == [note_id]
    assert await count(database, tables.due) == 0


async def test_a_destroyed_key_closes_its_texts_for_good(
    database: Database, call: Call, note_row: Any, harness: Harness
) -> None:
    note_id = await add_note(database, call, note_row)
    async with database.transaction(harness.call(call.identity)) as tx:
        await tx.session.execute(update(tables.seal_key).values(wrapped=None, destroyed_at=func.now()))
        tx.done(note_id)
    async with database.read(call.identity) as reader:
        row = await reader.session.get(note_row, (TENANT, note_id))
        with pytest.raises(KeyDestroyed):
            await reader.unseal("note", "text", note_id, note_id, row.text)
