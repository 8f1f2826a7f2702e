from typing import Any
from uuid import UUID

from common.identity import Identity
from interview_record.snapshots import INTERVIEW_SNAPSHOTS
from tandem.common.v1 import steps_pb2 as steps
from tandem.interview_record.v1 import events_pb2 as events


async def publish(world: Any, aggregate: str) -> int:
    identity = Identity.of_service("interview-record", world.tenant_id)
    async with world.database.transaction(world.harness.call(identity)) as tx:
        count, last = await INTERVIEW_SNAPSHOTS[aggregate](tx, None)
        tx.done(world.tenant_id)
    assert last is None
    return count


async def test_a_snapshot_states_every_interview_as_it_stands(world: Any) -> None:
    interview_id = await world.open(shortfall_ids=[world.shortfall_id])
    await world.set_goal(interview_id)

    assert await publish(world, "interview") == 1

    (snapshot,) = await world.harness.published(world.database, events.InterviewSnapshot)
    assert UUID(snapshot.interview.interview_id) == UUID(interview_id)
    assert snapshot.interview.HasField("core_goal_set_at")
    assert snapshot.interview.shortfalls[0].shortfall_id == str(world.shortfall_id)


async def test_a_snapshot_of_steps_says_again_how_each_row_stands(world: Any) -> None:
    interview_id = await world.open()
    await world.set_goal(interview_id)
    before = await world.steps()

    assert await publish(world, "step") == 5

    assert await world.steps() == before
    assert len(await world.harness.published(world.database, steps.StepDone)) == 2
