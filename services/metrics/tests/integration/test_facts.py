"""All that is shown is a function of the kept facts: of neither their order nor their repetition."""

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import grpc
import grpc.aio
import pytest
from common.steps import Step
from metrics.jobs import JOBS
from metrics.reactions import REACTIONS
from metrics.storage.tables import Base, FactRow
from ops.roles import ServiceDsns
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError
from tandem.directory.v1 import events_pb2 as directory
from tandem.interview_record.v1 import events_pb2 as interview_record
from tandem.interview_record.v1 import facts_pb2 as interview_facts
from tandem.metrics.v1.target_pb2 import RebuildAggregatesRequest

NOT_BUILT = {"fact", "target_set", "disclosure"}


async def built(world: Any) -> dict[str, list[dict[str, Any]]]:
    """Return every row built from facts; positions tell only in which order the facts came."""
    found = {}
    async with world.database.read(world.admin) as reader:
        for table in Base.metadata.sorted_tables:
            if table.name not in NOT_BUILT:
                rows = await reader.session.execute(select(table).order_by(*table.primary_key.columns))
                found[table.name] = [
                    {name: value for name, value in row._mapping.items() if name != "position"} for row in rows
                ]
    return found


async def tell(world: Any) -> None:
    """Say something of every kind that is measured, much of it more than once."""
    await world.tenant(world.at("09-01 08:00"))
    manager = await world.person(unit=world.root)
    employee = await world.person(manager, time_zone="UTC")
    cycle = UUID(int=99)
    interview = await world.interview(employee, cycle)
    due = world.at("10-31 23:00")
    for how in ({}, {"due": world.at("10-08 18:00")}, {"due": due}, {"due": due, "done": world.at("11-01 09:00")}):
        await world.step(interview, Step.SHARED, **how)
    await world.step(interview, Step.HELD, due=world.at("10-23 18:00"))
    await world.step(interview, Step.BOOKED, due=due, waived=world.at("10-01 09:00"))
    await world.step(interview, Step.CHECKED_IN, "2026-11-03", due=due, missed=due)
    await world.person(manager, id=employee, time_zone="Asia/Shanghai", unit=world.north)
    await world.interview_is(interview, "in_progress", session_ended_at=world.at("10-12 14:50"))
    await world.evaluate(interview, 4.25)
    plan = await world.plan(interview, "draft")
    await world.plan(interview, "active", id=plan, in_force_at=world.at("10-13 09:30"), ends_on=due.date())
    await world.blocker(interview, world.at("10-20 09:00"), world.at("10-21 09:00"))
    await world.interview_is(interview, "concluded", concluded_at=world.at("10-13 09:30"))
    member = interview_record.CycleMember(
        person_id=str(employee), dimensions=world.dimensions(employee, cycle), interview_id=str(interview)
    )
    out = interview_record.CycleMember(
        person_id=str(manager),
        dimensions=world.dimensions(manager, cycle),
        left_out_reason=interview_facts.LEFT_OUT_REASON_EXCLUDED,
    )
    await world.say(cycle, interview_record.CyclePopulationFrozen(cycle_id=str(cycle), members=[member, out]))
    cancelled = await world.interview(await world.person(manager))
    await world.step(cancelled, Step.HELD, due=due)
    await world.interview_is(cancelled, "cancelled")
    await world.step(cancelled, Step.HELD, withdrawn=due)


@pytest.mark.parametrize("seed", range(5))
async def test_no_order_and_no_repetition_changes_what_is_built(
    world: Any, service_database: Callable[..., ServiceDsns], seed: int
) -> None:
    await tell(world)
    expected, events = await built(world), list(world.delivered)
    assert all(expected.values()), "something of every kind was said"
    service_database("metrics")
    dice = random.Random(seed)
    again = [*events, *dice.sample(events, len(events) // 2)]
    dice.shuffle(again)
    for aggregate_id, message, more in again:
        await world.say(aggregate_id, message, **more)
    assert await built(world) == expected


async def test_a_rebuild_gives_the_same_and_repairs_what_was_wrong(world: Any) -> None:
    await tell(world)
    expected = await built(world)
    async with world.database.transaction(world.harness.call(world.admin)) as tx:
        await tx.session.execute(delete(Base.metadata.tables["ledger_row"]))
        await tx.session.execute(update(Base.metadata.tables["interview"]).values(compliant=True, month="1999-01"))
        tx.done(UUID(int=1))
    assert await built(world) != expected
    reply = await world.ask("RebuildAggregates", RebuildAggregatesRequest())
    assert await world.harness.work(world.database, JOBS) == 1
    assert await built(world) == expected
    async with world.database.worker() as connection:
        operation = (await connection.execute(text("SELECT id, state, done, total FROM operation"))).one()
    assert (str(operation.id), operation.state) == (reply.operation_id, "succeeded")
    assert operation.done == operation.total > 0


async def test_a_redelivered_event_is_kept_once(world: Any) -> None:
    person = await world.person()
    event = world.harness.event(
        world.tenant_id, person, directory.PersonChanged(person=world.people[person]), id=UUID(int=5)
    )
    for _ in range(2):
        await world.harness.deliver(world.database, REACTIONS, world.tenant_id, person, event.message, id=event.id)
    async with world.database.read(world.admin) as reader:
        kept = await reader.session.scalar(select(func.count()).where(FactRow.event_id == event.id))
    assert kept == 1


async def test_a_fact_can_neither_be_changed_nor_removed(world: Any) -> None:
    await world.person()
    for statement in (delete(FactRow), update(FactRow).values(actor="nobody")):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with world.database.transaction(world.harness.call(world.admin)) as tx:
                await tx.session.execute(statement)


async def test_only_an_administrator_rebuilds(world: Any) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.ask("RebuildAggregates", RebuildAggregatesRequest(), world.who(None, "auditor"))
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
