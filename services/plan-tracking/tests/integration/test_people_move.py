"""People move, calendars change, steps are waived: what that does to plans and ledger rows."""

from typing import Any
from uuid import UUID

import pytest
from common.identity import Identity
from plan_tracking.snapshots import SNAPSHOTS
from tandem.common.v1 import steps_pb2 as steps
from tandem.directory.v1 import events_pb2 as directory
from tandem.interview_record.v1 import events_pb2 as interviews
from tandem.interview_record.v1 import facts_pb2 as interview_facts
from tandem.interview_record.v1 import playbook_rules_pb2 as playbook
from tandem.plan_tracking.v1 import blocker_pb2, check_in_pb2, draft_pb2, plan_pb2, waiver_pb2
from tandem.plan_tracking.v1 import events_pb2 as events
from tandem.plan_tracking.v1 import facts_pb2 as facts
from tandem.scheduling.v1 import events_pb2 as scheduling


async def test_a_plan_in_force_is_confirmed_by_the_new_manager_in_five_working_days(world: Any) -> None:
    plan_id = await world.in_force()
    blocker = blocker_pb2.RaiseBlockerRequest(plan_id=plan_id, text="缺少名单", owner_id=str(world.manager_id))
    await world.call(world.employee, "RaiseBlocker", blocker)
    await world.until(world.at("10-19", "00:00"))
    await _reassign(world, world.successor_id)
    ledger = await world.ledger()
    assert ledger["taken_over", "2026-10-19"] == "10-26 18:00 open"
    successor = world.person(world.successor_id)
    plan = await world.plan(plan_id, successor)
    assert (plan.awaits_takeover, plan.manager_id) == (True, str(world.successor_id))
    [seen] = (await world.call(successor, "ListBlockers", blocker_pb2.ListBlockersRequest())).blockers
    assert seen.owner_id == str(world.successor_id)
    await world.until(world.at("10-20", "10:00"))
    confirm = plan_pb2.ConfirmTakeoverRequest(plan_id=plan_id, expected_version=plan.version)
    assert await world.refused(world.manager, "ConfirmTakeover", confirm) == "FORBIDDEN"
    await world.call(successor, "ConfirmTakeover", confirm)
    assert (await world.ledger())["taken_over", "2026-10-19"] == "10-26 18:00 met 10-20 10:00"
    again = plan_pb2.ConfirmTakeoverRequest(
        plan_id=plan_id, expected_version=(await world.plan(plan_id, successor)).version
    )
    assert await world.refused(successor, "ConfirmTakeover", again) == "NOTHING_TO_TAKE_OVER"
    [due] = [each for each in await world.published(steps.StepDue) if each.key.occurrence == "2026-10-20"][-1:]
    assert due.key.manager_id == due.key.responsible_person_id == str(world.successor_id)


async def test_the_old_manager_keeps_reading_what_they_held_and_nothing_later(world: Any) -> None:
    plan_id = await world.in_force()
    await world.until(world.at("10-16", "10:00"))
    before = await world.check_in(plan_id)
    await world.until(world.at("10-19", "00:00"))
    await _reassign(world, world.successor_id)
    await world.until(world.at("10-21", "10:00"))
    successor = world.person(world.successor_id)
    request = await world.check_in_request(plan_id)
    request.note = "新经理的跟进"
    request.expected_version = (await world.plan(plan_id, successor)).version
    after = (await world.call(successor, "RecordCheckIn", request)).check_in
    old = (
        await world.call(world.manager, "GetCheckIn", check_in_pb2.GetCheckInRequest(check_in_id=before.id))
    ).check_in
    assert old.note == "按计划推进"
    hidden = check_in_pb2.GetCheckInRequest(check_in_id=after.id)
    assert await world.refused(world.manager, "GetCheckIn", hidden) == "NOT_FOUND"
    refused = await world.check_in_request(plan_id)
    assert await world.refused(world.manager, "RecordCheckIn", refused) == "FORBIDDEN"


async def test_an_unsigned_plan_falls_back_to_draft_and_the_old_signature_counts_no_more(
    world: Any, offered: str
) -> None:
    await world.sign(offered, world.manager)
    await _reassign(world, world.successor_id)
    successor = world.person(world.successor_id)
    plan = await world.plan(offered, successor)
    assert (plan.state, plan.newest.revision) == (facts.PLAN_STATE_DRAFT, 2)
    assert len(plan.newest.signatures) == 0
    assert len(plan.newest.goals[0].measures) == 2
    [reassigned] = await world.published(events.PlanReassigned)
    assert reassigned.previous_manager_id == str(world.manager_id)


async def test_without_a_manager_the_hrbp_stands_in_and_a_managers_act_says_so(world: Any) -> None:
    plan_id = await world.in_force()
    await _reassign(world, None)
    request = await world.check_in_request(plan_id)
    await world.call(world.hrbp, "RecordCheckIn", request)
    offer = draft_pb2.OfferPlanRequest(plan_id=plan_id, expected_version=await _version(world, plan_id))
    assert await world.refused(world.hrbp, "OfferPlan", offer) == "NEEDS_MANAGER"


async def test_a_leavers_plan_is_withdrawn_as_left(world: Any) -> None:
    plan_id = await world.in_force()
    gone = directory.PersonLeft(person=world.facts_of(world.employee_id, world.manager_id, active=False))
    await world.happens(world.employee_id, gone)
    plan = await world.plan(plan_id)
    assert (plan.state, plan.withdraw_reason) == (facts.PLAN_STATE_WITHDRAWN, facts.WITHDRAW_REASON_LEFT)
    assert (await world.ledger())["checked_in", "2026-10-20"] == "withdrawn"
    [withdrawn] = await world.published(events.PlanWithdrawn)
    assert withdrawn.decided_by == ""


async def test_a_cancelled_interview_takes_its_draft_and_its_rows_with_it(world: Any) -> None:
    await world.opens()
    plan_id = await world.draft()
    world.interview.state = interview_facts.INTERVIEW_STATE_CANCELLED
    await world.says(interviews.InterviewCancelled)
    assert (await world.plan(plan_id)).withdraw_reason == facts.WITHDRAW_REASON_INTERVIEW_CANCELLED
    assert set((await world.ledger()).values()) == {"withdrawn"}


async def test_an_overdue_row_is_missed_when_its_case_is_cancelled(world: Any) -> None:
    await world.opens()
    await world.session_ends(world.at("10-12", "14:50"))
    world.clock.set(world.at("10-15", "09:00"))
    world.interview.state = interview_facts.INTERVIEW_STATE_CANCELLED
    await world.says(interviews.InterviewCancelled)
    assert set((await world.ledger()).values()) == {"10-14 18:00 missed"}


async def test_a_new_calendar_moves_only_what_is_still_open(world: Any) -> None:
    await world.in_force()
    calendar = world.china(closes=1050)
    calendar.calendar_version = 2
    await world.happens(UUID(calendar.calendar_id), scheduling.CalendarPublished(calendar=calendar))
    assert await world.work() == 1
    ledger = await world.ledger()
    assert ledger["signed", ""] == "10-14 18:00 met 10-13 09:30"
    assert ledger["checked_in", "2026-10-20"] == "10-20 17:30 open"
    assert ledger["reviewed", ""] == "11-13 17:30 open"
    await world.until(world.at("10-20", "17:30"))
    assert (await world.ledger())["checked_in", "2026-10-20"] == "10-20 17:30 missed"


async def test_an_employee_who_moves_to_another_zone_is_due_by_their_own_clock(world: Any) -> None:
    await world.opens()
    await world.session_ends(world.at("10-12", "14:50"))
    moved = world.facts_of(world.employee_id, world.manager_id, time_zone="Europe/Berlin")
    await world.happens(world.employee_id, directory.PersonChanged(person=moved))
    # 18:00 in Berlin is midnight in Shanghai.
    assert (await world.ledger())["signed", ""] == "10-15 00:00 open"


async def test_the_hrbp_waives_a_check_in_before_it_is_due_and_it_counts_as_neither(world: Any) -> None:
    plan_id = await world.in_force()
    request = _waiver(world, "2026-10-20")
    assert await world.refused(world.manager, "WaiveStep", request) == "FORBIDDEN"
    await world.call(world.hrbp, "WaiveStep", request)
    await world.until(world.at("10-21", "09:00"))
    ledger = await world.ledger()
    assert ledger["checked_in", "2026-10-20"] == "10-20 18:00 waived"
    assert ledger["checked_in", "2026-10-27"] == "10-27 18:00 open"
    assert (await world.plan(plan_id)).missed_check_ins_in_a_row == 0
    assert await world.refused(world.hrbp, "WaiveStep", request) == "STEP_CLOSED"


async def test_where_the_playbook_says_so_the_manager_waives(world: Any) -> None:
    rules = world.rules()
    rules.waiver_by = playbook.WAIVER_BY_MANAGER
    await world.opens(rules)
    await world.in_force()
    await world.call(world.manager, "WaiveStep", _waiver(world, "2026-10-20"))
    assert (await world.ledger())["checked_in", "2026-10-20"] == "10-20 18:00 waived"


@pytest.mark.parametrize(
    ("aggregate", "messages", "count"),
    [
        ("plan", (events.PlanSnapshot,), 1),
        ("blocker", (events.BlockerSnapshot,), 1),
        ("step", (steps.StepDue, steps.StepDone), 4),
    ],
)
async def test_a_snapshot_states_every_aggregate_again(
    world: Any, aggregate: str, messages: tuple[Any, ...], count: int
) -> None:
    plan_id = await world.in_force()
    request = blocker_pb2.RaiseBlockerRequest(plan_id=plan_id, text="缺少名单", owner_id=str(world.manager_id))
    await world.call(world.employee, "RaiseBlocker", request)
    before = len(await world.published(*messages))
    call = world.harness.call(Identity.of_service("plan-tracking", world.tenant_id))
    async with world.database.transaction(call) as tx:
        assert await SNAPSHOTS[aggregate](tx, None) == (count, None)
        tx.done(UUID(plan_id))
    assert len(await world.published(*messages)) == before + count


async def _reassign(world: Any, successor_id: UUID | None) -> None:
    """directory says who the manager is from now on, interview-record hands the case over."""
    person = world.facts_of(world.employee_id, successor_id)
    await world.happens(world.employee_id, directory.PersonManagerChanged(person=person))
    past = world.interview.past_managers.add(person_id=str(world.manager_id))
    past.until.FromDatetime(world.clock.system())
    world.interview.manager_id = str(successor_id or "")
    world.interview.needs_manager = successor_id is None
    await world.says(
        interviews.InterviewReassigned,
        previous_manager_id=str(world.manager_id),
        new_manager_id=str(successor_id or ""),
    )


async def _version(world: Any, plan_id: str) -> int:
    return int((await world.plan(plan_id, world.hrbp)).version)


def _waiver(world: Any, occurrence: str) -> waiver_pb2.WaiveStepRequest:
    return waiver_pb2.WaiveStepRequest(
        interview_id=world.interview_id,
        step=steps.STEP_CHECKED_IN,
        occurrence=occurrence,
        reason=steps.WAIVER_REASON_ABSENCE,
        note="员工休假",
    )
