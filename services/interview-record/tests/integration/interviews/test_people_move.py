from datetime import timedelta
from typing import Any

from common.ids import new_id
from tandem.common.v1 import steps_pb2 as steps
from tandem.directory.v1 import events_pb2 as directory
from tandem.interview_record.v1 import archive_pb2 as archive
from tandem.interview_record.v1 import briefing_pb2 as briefings
from tandem.interview_record.v1 import events_pb2 as events
from tandem.interview_record.v1 import facts_pb2 as facts
from tandem.interview_record.v1 import interview_pb2 as pb
from tandem.interview_record.v1 import preparation_pb2 as preparation
from tandem.plan_tracking.v1 import events_pb2 as plans
from tandem.plan_tracking.v1 import facts_pb2 as plan_facts


async def change_manager(world: Any, new_manager_id: Any) -> None:
    person = await world.person(world.employee_id, new_manager_id)
    event = directory.PersonManagerChanged(
        person=person, previous_manager_id=str(world.manager_id), new_manager_id=str(new_manager_id or "")
    )
    event.effective_at.FromDatetime(world.clock.system())
    await world.happens(world.employee_id, event)


async def leaves(world: Any, person_id: Any, manager_id: Any) -> None:
    person = await world.person(person_id, manager_id)
    person.active = False
    event = directory.PersonLeft(person=person)
    event.left_at.FromDatetime(world.clock.system())
    await world.happens(person_id, event)


async def test_the_new_manager_takes_over_with_what_falls_due_later_and_the_old_one_keeps_what_they_held(
    world: Any,
) -> None:
    interview_id = await world.open(shortfall_ids=[world.shortfall_id])
    await world.set_goal(interview_id)
    await world.book(interview_id, world.at("10-12", "14:00"))
    await world.share(interview_id)
    world.clock.set(world.at("10-10", "09:00"))
    successor = world.harness.person(world.tenant_id, world.others[0])

    await change_manager(world, world.others[0])

    (event,) = await world.harness.published(world.database, events.InterviewReassigned)
    assert (event.previous_manager_id, event.new_manager_id) == (str(world.manager_id), str(world.others[0]))
    ledger = await world.steps()
    assert ledger["held", ""].key.manager_id == str(world.others[0])
    assert ledger["data_ready", ""].key.manager_id == str(world.manager_id)
    version = (await world.interview(interview_id, successor)).version
    request = preparation.SetCoreGoalRequest(
        interview_id=interview_id, core_goal="新目标", directions=["x"], expected_version=version
    )
    assert await world.refused(world.manager, "SetCoreGoal", request) == "FORBIDDEN"
    world.clock.advance(timedelta(hours=1))
    await world.call(successor, "SetCoreGoal", request)
    version = (await world.interview(interview_id, successor)).version
    share = briefings.ShareBriefingRequest(interview_id=interview_id, expected_version=version)
    await world.call(successor, "ShareBriefing", share)
    listed = briefings.ListBriefingsRequest(interview_id=interview_id)
    assert [each.briefing_version for each in (await world.call(world.manager, "ListBriefings", listed)).briefings] == [
        1
    ]
    assert (
        await world.refused(
            world.manager, "GetBriefing", briefings.GetBriefingRequest(interview_id=interview_id, briefing_version=2)
        )
        == "NOT_FOUND"
    )


async def test_a_manager_who_leaves_without_successor_leaves_the_case_to_the_hrbp(world: Any) -> None:
    interview_id = await world.open()
    version = (await world.interview(interview_id)).version

    await leaves(world, world.manager_id, world.director_id)

    held = await world.interview(interview_id, world.hrbp)
    assert held.needs_manager
    request = pb.ListInterviewsRequest(needs_manager_only=True)
    assert [each.id for each in (await world.call(world.hrbp, "ListInterviews", request)).interviews] == [interview_id]
    goal = preparation.ConfirmDataRequest(interview_id=interview_id, expected_version=held.version)
    assert held.version > version
    assert await world.refused(world.hrbp, "ConfirmData", goal) == "NEEDS_MANAGER"

    await change_manager(world, world.others[1])

    assert (await world.interview(interview_id, world.hrbp)).manager_id == str(world.others[1])


async def test_an_employee_who_leaves_ends_an_unfinished_interview(world: Any) -> None:
    interview_id = await world.open()

    await leaves(world, world.employee_id, world.manager_id)

    ended = await world.interview(interview_id)
    assert (ended.state, ended.cancel_reason) == (
        facts.INTERVIEW_STATE_CANCELLED,
        facts.INTERVIEW_CANCEL_REASON_PERSON_LEFT,
    )
    (event,) = await world.harness.published(world.database, events.InterviewCancelled)
    assert event.cancelled_by == ""
    assert isinstance((await world.steps())["held", ""], steps.StepWithdrawn)


async def test_a_plan_withdrawn_with_its_leaver_closes_the_archived_interview(world: Any) -> None:
    interview_id = await world.open()
    await world.held(interview_id)
    await world.signed(interview_id, world.clock.system())
    await world.sweep()
    await leaves(world, world.employee_id, world.manager_id)
    withdrawn = plans.PlanWithdrawn(plan=world.plan(interview_id), reason=plan_facts.WITHDRAW_REASON_LEFT)
    withdrawn.withdrawn_at.FromDatetime(world.clock.system())
    await world.happens(world.plan_id, withdrawn)

    closed = await world.interview(interview_id)
    assert (closed.state, closed.conclusion) == (facts.INTERVIEW_STATE_CLOSED, facts.CONCLUSION_SIGNED)
    request = archive.ListArchiveItemsRequest(interview_id=interview_id)
    assert len((await world.call(world.hrbp, "ListArchiveItems", request)).archive_items) == 1


async def test_under_a_placeholder_the_case_waits_and_is_theirs_once_they_arrive(world: Any) -> None:
    placeholder = new_id()
    await world.person(placeholder, world.director_id, placeholder=True)
    await world.person(world.employee_id, placeholder)
    interview_id = await world.open(by=world.hrbp)
    assert (await world.interview(interview_id, world.hrbp)).needs_manager

    await world.person(placeholder, world.director_id)

    assert (await world.interview(interview_id, world.hrbp)).manager_id == str(placeholder)


async def test_nobody_acts_as_hrbp_in_their_own_case(world: Any) -> None:
    interview_id = await world.open()
    hrbp_as_manager = world.harness.person(world.tenant_id, world.manager_id, ("hrbp", world.unit_id))
    request = pb.WaiveStepRequest(
        interview_id=interview_id, step=steps.STEP_SHARED, reason=steps.WAIVER_REASON_OTHER, note="x"
    )

    assert await world.refused(hrbp_as_manager, "WaiveStep", request) == "FORBIDDEN"


async def test_after_a_transfer_the_hrbp_of_the_new_unit_has_the_case_and_its_dimensions_stay(world: Any) -> None:
    interview_id = await world.open()
    other_unit = new_id()
    new_hrbp = world.harness.person(world.tenant_id, new_id(), ("hrbp", other_unit))
    request = pb.GetInterviewRequest(interview_id=interview_id)
    assert await world.refused(new_hrbp, "GetInterview", request) == "NOT_FOUND"

    await world.person(world.employee_id, world.manager_id, under=other_unit)

    seen = await world.interview(interview_id, new_hrbp)
    assert seen.dimensions.unit_id == str(world.unit_id)
