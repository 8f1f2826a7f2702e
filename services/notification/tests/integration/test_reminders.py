"""Who is reminded of what, and when."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from common.ids import new_id
from common.steps import Step
from common.timestamps import to_timestamp
from tandem.common.v1 import steps_pb2 as steps
from tandem.directory.v1 import events_pb2 as directory
from tandem.directory.v1 import facts_pb2 as people
from tandem.plan_tracking.v1 import events_pb2 as plans
from tandem.plan_tracking.v1 import facts_pb2 as plan_facts
from tandem.scheduling.v1 import events_pb2 as scheduling

from .world import NOW, START, World

DUE = datetime(2026, 10, 20, 10, tzinfo=UTC)


async def test_a_check_in_is_reminded_of_a_working_day_before_and_a_missed_one_told(world: World) -> None:
    first, second = world.step(Step.CHECKED_IN, "2026-10-20"), world.step(Step.CHECKED_IN, "2026-10-27")
    await world.step_due(first, DUE)
    await world.step_due(second, DUE + timedelta(days=7))
    # Monday 19 October, nine in the morning in Berlin, where the manager is.
    await world.pass_time(datetime(2026, 10, 19, 6, 59, tzinfo=UTC))
    assert "check_in_due" not in await world.templates(world.manager)
    await world.pass_time(datetime(2026, 10, 19, 7, tzinfo=UTC))
    assert "check_in_due" in await world.templates(world.manager)

    await world.pass_time(DUE + timedelta(minutes=2))
    missed = steps.StepMissed(key=first, due_at=to_timestamp(DUE), missed_at=to_timestamp(DUE))
    await world.hear(UUID(first.step_id), missed)
    await world.pass_time(DUE + timedelta(minutes=3))
    (mail,) = [each for each in world.catcher.to("kuehn@") if "no check-in" in each.get_body(("plain",)).get_content()]
    assert "the next one is due by Tue 27 October 2026" in mail.get_body(("plain",)).get_content()
    assert "step_overdue" not in await world.templates(world.manager)


async def test_a_step_done_in_time_is_neither_reminded_of_nor_overdue(world: World) -> None:
    key = world.step(Step.REVIEWED)
    await world.step_due(key, DUE)
    await world.hear(UUID(key.step_id), steps.StepDone(key=key, done_at=to_timestamp(NOW)))
    await world.pass_time(DUE + timedelta(days=1))

    assert await world.templates(world.manager) == []


async def test_a_due_date_that_moves_takes_its_reminder_along(world: World) -> None:
    key = world.step(Step.GOAL_SET)
    await world.step_due(key, DUE)
    await world.step_due(key, DUE + timedelta(days=2))
    await world.pass_time(DUE)
    assert await world.templates(world.manager) == []

    await world.pass_time(datetime(2026, 10, 21, 7, tzinfo=UTC))
    assert await world.templates(world.manager) == ["step_due"]


async def test_a_step_past_due_is_told_of_once_and_names_the_step(world: World) -> None:
    await world.step_due(world.step(Step.GOAL_SET), DUE)
    await world.pass_time(DUE + timedelta(days=3))

    assert (await world.templates(world.manager)).count("step_overdue") == 1
    overdue = [each for each in world.catcher.to("kuehn@") if each["Subject"].endswith("past its date")]
    assert "setting the core goal" in overdue[0].get_body(("plain",)).get_content()


async def test_what_is_only_invited_is_offered_and_never_overdue(world: World) -> None:
    key = world.step(Step.SELF_ANALYSIS, responsible=world.employee)
    key.required = False
    await world.step_due(key, START)
    await world.pass_time(START + timedelta(days=1))

    assert await world.templates(world.employee) == ["self_analysis_invited"]


async def test_both_are_reminded_of_the_conversation_with_its_place(world: World) -> None:
    booking = world.booking()
    await world.hear(UUID(booking.booking_id), scheduling.BookingProposed(booking=booking))
    await world.pass_time(START)

    assert "session_reminder_employee" in await world.templates(world.employee)
    assert "session_reminder_manager" in await world.templates(world.manager)
    (mail,) = [each for each in world.catcher.to("wang@") if each["Subject"] == "人事日程提醒"]
    assert "会议室 3-12" in mail.get_body(("plain",)).get_content()


async def test_only_who_has_not_signed_is_reminded_to_sign(world: World) -> None:
    signed = plan_facts.SignatureFacts(role=plan_facts.SIGNER_ROLE_MANAGER, person_id=str(world.manager))
    partly = plans.PlanPartlySigned(
        plan=world.plan(signatures=[signed]), revision=1, signed_as=plan_facts.SIGNER_ROLE_MANAGER
    )
    await world.hear(world.plan_id, partly)
    await world.step_due(world.step(Step.SIGNED), datetime(2026, 10, 14, 10, tzinfo=UTC))
    await world.pass_time(datetime(2026, 10, 14, 9, tzinfo=UTC))

    assert await world.templates(world.employee) == ["plan_partly_signed", "plan_sign_reminder"]
    assert await world.templates(world.manager) == []


async def test_a_plan_in_force_tells_the_helpers_and_reminds_them(world: World) -> None:
    measures = [
        plan_facts.MeasureFacts(measure_id=str(new_id()), owner_id=str(world.mentor), due_on="2026-10-26"),
        plan_facts.MeasureFacts(measure_id=str(new_id()), owner_id=str(world.employee), due_on="2026-10-26"),
    ]
    plan = world.plan(state=plan_facts.PLAN_STATE_ACTIVE, revision_in_force=1, measures=measures)
    await world.hear(world.plan_id, plans.PlanSigned(plan=plan, revision=1))
    await world.pass_time(datetime(2026, 10, 23, 1, tzinfo=UTC))

    assert await world.templates(world.mentor) == ["measure_assigned", "measure_due"]
    assert await world.templates(world.employee) == ["plan_signed"]


async def test_a_proposed_amendment_asks_the_employee_alone_and_each_proposal_anew(world: World) -> None:
    plan = world.plan(state=plan_facts.PLAN_STATE_ACTIVE, revision_in_force=1)
    proposed = plans.PlanAmendmentProposed(plan=plan, revision=1, amendment=1, proposed_by=str(world.manager))
    await world.hear(world.plan_id, proposed)
    await world.hear(world.plan_id, proposed)
    await world.pass_time(NOW + timedelta(minutes=1))

    assert await world.templates(world.employee) == ["plan_amended", "plan_amended"]
    assert await world.templates(world.manager) == []
    (mail, _) = world.catcher.to("wang@")
    assert "Anna Kühn想换计划中的一条措施" in mail.get_body(("plain",)).get_content()


async def test_missed_check_ins_in_a_row_go_to_the_hrbp_of_the_unit(world: World) -> None:
    await world.hear(world.plan_id, plans.PlanFollowUpLapsed(plan=world.plan(missed_check_ins_in_a_row=2)))
    await world.pass_time(NOW + timedelta(minutes=1))

    (mail,) = world.catcher.to("hr@")
    assert "for 2 periods in a row" in mail.get_body(("plain",)).get_content()
    assert await world.templates(world.manager) == []


async def test_an_hrbp_hears_nothing_as_hr_of_their_own_case(world: World) -> None:
    await world.person(world.hrbp, "Hai Ru", "hr@heron.example", "en", "Asia/Shanghai")
    plan = world.plan(employee_id=str(world.hrbp), missed_check_ins_in_a_row=2)
    other = new_id()
    await world.person(other, "Li", "li@heron.example", "en", "Asia/Shanghai")
    grant = people.GrantFacts(grant_id=str(new_id()), person_id=str(other), role=people.ROLE_HRBP)
    await world.hear(UUID(grant.grant_id), directory.GrantChanged(grant=grant))
    await world.hear(world.plan_id, plans.PlanFollowUpLapsed(plan=plan))

    assert await world.templates(world.hrbp) == []
    assert await world.templates(other) == ["check_ins_missed_in_a_row"]


async def test_a_blocker_reminds_its_owner_and_goes_to_the_hrbp_when_escalated(world: World) -> None:
    blocker = plan_facts.BlockerFacts(
        blocker_id=str(new_id()),
        plan_id=str(world.plan_id),
        interview_id=str(world.interview_id),
        employee_id=str(world.employee),
        manager_id=str(world.manager),
        owner_id=str(world.mentor),
        state=plan_facts.BLOCKER_STATE_OPEN,
        raised_by=str(world.employee),
        resolve_by=to_timestamp(DUE),
    )
    await world.hear(UUID(blocker.blocker_id), plans.BlockerRaised(blocker=blocker))
    await world.pass_time(DUE)
    assert await world.templates(world.mentor) == ["blocker_raised", "blocker_deadline_near"]

    blocker.state = plan_facts.BLOCKER_STATE_ESCALATED
    await world.hear(UUID(blocker.blocker_id), plans.BlockerEscalated(blocker=blocker))
    assert await world.templates(world.hrbp) == ["blocker_escalated"]
    assert await world.templates(world.manager) == ["blocker_raised", "blocker_escalated"]
