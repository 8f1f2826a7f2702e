"""The case that the design works out by hand, as far as it is this service's."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tandem.common.v1 import steps_pb2 as steps
from tandem.interview_record.v1 import evaluation_pb2 as evaluations
from tandem.interview_record.v1 import self_analysis_pb2 as voice
from tandem.interview_record.v1 import session_pb2 as sessions
from tandem.interview_record.v1.playbook_rules_pb2 import SEGMENT_CONFIRMATION, SEGMENT_CONSENSUS, SEGMENT_REVIEW
from tandem.plan_tracking.v1 import events_pb2 as plans
from tandem.plan_tracking.v1 import facts_pb2 as plan_facts


def due(event: Any) -> datetime:
    return event.due_at.ToDatetime(tzinfo=UTC)


async def test_every_step_of_the_case_falls_due_and_ends_as_the_table_says(world: Any) -> None:
    clock, at = world.clock, world.at
    interview_id = await world.open(shortfall_ids=[world.shortfall_id])
    await world.confirm_data(interview_id)
    await world.set_goal(interview_id)

    clock.set(at("09-30", "10:00"))
    await world.book(interview_id, at("10-12", "14:00"))
    ledger = await world.steps()
    for step in ("data_ready", "goal_set"):
        assert isinstance(ledger[step, ""], steps.StepDone)
        assert (due(ledger[step, ""]), ledger[step, ""].late) == (at("10-08", "18:00"), False)
    assert due(ledger["shared", ""]) == at("10-08", "18:00")
    assert due(ledger["held", ""]) == at("10-23", "18:00")

    clock.set(at("10-08", "17:20"))
    await world.share(interview_id)
    clock.set(at("10-11", "21:00"))
    saved = await world.call(
        world.employee,
        "SaveSelfAnalysis",
        voice.SaveSelfAnalysisRequest(interview_id=interview_id, causes="跟进太少", requests=["希望参加需求挖掘培训"]),
    )
    await world.call(
        world.employee,
        "SubmitSelfAnalysis",
        voice.SubmitSelfAnalysisRequest(interview_id=interview_id, expected_version=saved.self_analysis.version),
    )

    clock.set(at("10-12", "14:00"))
    session = await world.start(interview_id)
    for minute, segment in ((5, SEGMENT_REVIEW), (20, SEGMENT_CONSENSUS), (40, SEGMENT_CONFIRMATION)):
        clock.set(at("10-12", "14:00") + timedelta(minutes=minute))
        request = sessions.EnterSegmentRequest(
            interview_id=interview_id, segment=segment, expected_version=session.version
        )
        session = (await world.call(world.manager, "EnterSegment", request)).session
    clock.set(at("10-12", "14:50"))
    session = await world.end(interview_id)
    held = [(each.ended_at.seconds - each.started_at.seconds) // 60 for each in session.segments]
    assert held == [each.planned_minutes for each in session.segments] == [5, 15, 20, 10]

    clock.set(at("10-13", "09:30"))
    await world.signed(interview_id, at("10-13", "09:30"))
    await world.sweep()
    clock.set(at("10-16", "11:00"))
    await evaluate(world, world.employee, interview_id)
    clock.set(at("10-20", "09:00"))
    await evaluate(world, world.manager, interview_id)
    clock.set(at("10-22", "10:00"))
    amended = plans.PlanAmended(
        plan=world.plan(interview_id, state=plan_facts.PLAN_STATE_ACTIVE), revision=1, amendment=1
    )
    amended.acknowledged_at.FromDatetime(clock.system())
    await world.happens(world.plan_id, amended)
    await world.sweep()

    ledger = await world.steps()
    verdicts = {key: (due(each), each.late) for key, each in ledger.items() if isinstance(each, steps.StepDone)}
    assert verdicts == {
        ("data_ready", ""): (at("10-08", "18:00"), False),
        ("goal_set", ""): (at("10-08", "18:00"), False),
        ("shared", ""): (at("10-08", "18:00"), False),
        ("self_analysis", ""): (at("10-12", "14:00"), False),
        ("held", ""): (at("10-23", "18:00"), False),
        ("archived", ""): (at("10-14", "18:00"), False),
        ("evaluated", "employee"): (at("10-19", "18:00"), False),
        ("evaluated", "manager"): (at("10-19", "18:00"), True),
        ("archived", "1.1"): (at("10-23", "18:00"), False),
    }
    assert set(ledger) == set(verdicts)


async def evaluate(world: Any, identity: Any, interview_id: str) -> None:
    request = evaluations.SubmitEvaluationRequest(
        interview_id=interview_id, content_scores=[5, 4, 4, 5], preparation_score=5, text="谈得很实在"
    )
    await world.call(identity, "SubmitEvaluation", request)


async def test_a_briefing_shared_a_working_day_later_marks_its_step_late(world: Any) -> None:
    at = world.at
    interview_id = await world.open()
    await world.set_goal(interview_id)
    await world.book(interview_id, at("10-12", "14:00"))

    world.clock.set(at("10-09", "10:00"))
    await world.share(interview_id)

    shared = (await world.steps())["shared", ""]
    assert shared.late
    assert due(shared) == at("10-08", "18:00")
