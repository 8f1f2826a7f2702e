from datetime import UTC, timedelta
from typing import Any

import pytest
from tandem.common.v1 import steps_pb2 as steps
from tandem.interview_record.v1 import evaluation_pb2 as evaluations
from tandem.interview_record.v1 import events_pb2 as events
from tandem.interview_record.v1 import facts_pb2 as facts
from tandem.interview_record.v1 import interview_pb2 as pb
from tandem.interview_record.v1 import session_pb2 as sessions
from tandem.interview_record.v1.playbook_rules_pb2 import SEGMENT_CONSENSUS, SEGMENT_ICEBREAKER, SEGMENT_REVIEW


def rating(interview_id: str, **more: Any) -> evaluations.SubmitEvaluationRequest:
    return evaluations.SubmitEvaluationRequest(
        interview_id=interview_id, content_scores=[5, 4, 4, 5], preparation_score=3, **more
    )


async def test_a_session_needs_no_booking_and_its_own_start_then_makes_the_preparation_late(world: Any) -> None:
    interview_id = await world.open()
    world.clock.set(world.at("10-12", "14:00"))
    await world.set_goal(interview_id)

    await world.start(interview_id)

    ledger = await world.steps()
    assert ledger["goal_set", ""].late
    assert ledger["goal_set", ""].due_at.ToDatetime(tzinfo=UTC) == world.at("10-08", "18:00")
    assert isinstance(ledger["shared", ""], steps.StepDue)


async def test_segments_notes_and_facts_are_kept_and_notes_may_be_tidied_after_the_end(world: Any) -> None:
    interview_id = await world.open(shortfall_ids=[world.shortfall_id])
    session = await world.start(interview_id)
    world.clock.advance(timedelta(minutes=5))
    session = (
        await world.call(
            world.manager,
            "EnterSegment",
            sessions.EnterSegmentRequest(
                interview_id=interview_id, segment=SEGMENT_REVIEW, expected_version=session.version
            ),
        )
    ).session
    assert session.current_segment == SEGMENT_REVIEW
    session = (
        await world.call(
            world.manager,
            "CiteFact",
            sessions.CiteFactRequest(
                interview_id=interview_id,
                kind=facts.FACT_KIND_SHORTFALL,
                fact_id=str(world.shortfall_id),
                expected_version=session.version,
            ),
        )
    ).session
    session = (
        await world.call(
            world.manager,
            "AddSessionFact",
            sessions.AddSessionFactRequest(
                interview_id=interview_id,
                kind=facts.FACT_KIND_INCIDENT,
                happened_on="2026-09-20",
                text="漏回两位客户",
                expected_version=session.version,
            ),
        )
    ).session
    session = await world.end(interview_id)
    request = sessions.SaveSegmentNotesRequest(
        interview_id=interview_id, segment=SEGMENT_REVIEW, notes="原因在跟进节奏", expected_version=session.version
    )
    session = (await world.call(world.manager, "SaveSegmentNotes", request)).session

    assert [(each.segment, each.fact_id) for each in session.cited_facts] == [(SEGMENT_REVIEW, str(world.shortfall_id))]
    assert [(each.text, each.added_in_interview_id) for each in session.added_facts] == [("漏回两位客户", interview_id)]
    assert session.segments[1].notes == "原因在跟进节奏"
    assert session.current_segment == 0
    seen = await world.session(interview_id, world.employee)
    assert seen.segments[1].notes == "原因在跟进节奏"


async def test_outside_the_session_and_for_anyone_else_its_acts_are_refused(world: Any) -> None:
    interview_id = await world.open()
    request = sessions.EnterSegmentRequest(interview_id=interview_id, segment=SEGMENT_CONSENSUS, expected_version=1)
    assert await world.refused(world.manager, "EnterSegment", request) == "NOT_IN_SESSION"
    session = await world.start(interview_id)
    request.expected_version = session.version
    assert await world.refused(world.employee, "EnterSegment", request) == "FORBIDDEN"
    request.segment = SEGMENT_ICEBREAKER
    assert await world.refused(world.manager, "EnterSegment", request) == "SEGMENT_ALREADY_HELD"
    request.expected_version = session.version + 7
    assert await world.refused(world.manager, "EnterSegment", request) == "VERSION_MISMATCH"
    await world.end(interview_id)
    request.expected_version = (await world.session(interview_id)).version
    assert await world.refused(world.manager, "EnterSegment", request) == "NOT_IN_SESSION"


async def test_every_change_of_a_session_raises_its_version_even_on_a_clock_that_stands_still(world: Any) -> None:
    interview_id = await world.open()
    session = await world.start(interview_id)
    for notes in ("一", "二"):
        request = sessions.SaveSegmentNotesRequest(
            interview_id=interview_id, segment=SEGMENT_REVIEW, notes=notes, expected_version=session.version
        )
        after = (await world.call(world.manager, "SaveSegmentNotes", request)).session
        assert after.version == session.version + 1
        session = after


async def test_an_evaluation_is_given_once_after_the_session_and_read_by_its_author_alone(world: Any) -> None:
    interview_id = await world.open()
    assert await world.refused(world.employee, "SubmitEvaluation", rating(interview_id)) == "SESSION_NOT_ENDED"
    await world.held(interview_id)

    await world.call(world.employee, "SubmitEvaluation", rating(interview_id, text="被听见了"))

    request = evaluations.GetOwnEvaluationRequest(interview_id=interview_id)
    own = (await world.call(world.employee, "GetOwnEvaluation", request)).evaluation
    (event,) = await world.harness.published(world.database, events.InterviewEvaluated)
    assert (own.text, list(own.content_scores), own.preparation_score) == ("被听见了", [5, 4, 4, 5], 3)
    assert (event.content_mean, event.preparation_score) == (4.5, 3)
    assert await world.refused(world.manager, "GetOwnEvaluation", request) == "NOT_FOUND"
    assert await world.refused(world.hrbp, "GetOwnEvaluation", request) == "NOT_FOUND"
    assert await world.refused(world.employee, "SubmitEvaluation", rating(interview_id)) == "ALREADY_EVALUATED"
    assert await world.refused(world.hrbp, "SubmitEvaluation", rating(interview_id)) == "FORBIDDEN"


async def test_under_the_light_playbook_only_the_employee_is_asked(world: Any) -> None:
    interview_id = await world.open(playbook_id=world.playbook_id("light"))
    await world.held(interview_id)

    assert await world.refused(world.manager, "SubmitEvaluation", rating(interview_id)) == "NOT_ASKED"
    assert {key for key in await world.steps() if key[0] == "evaluated"} == {("evaluated", "employee")}


async def test_evaluations_show_as_means_of_five_and_never_before(world: Any) -> None:
    request = evaluations.SummarizeEvaluationsRequest(evaluator=facts.EVALUATOR_EMPLOYEE)
    given = [world.employee_id, *world.others[:4]]
    for number, person_id in enumerate(given):
        if number:
            assert await world.refused(world.hrbp, "SummarizeEvaluations", request) == "TOO_FEW"
        interview_id = await world.open_for(person_id, by=world.manager)
        await world.held(interview_id)
        await world.call(world.harness.person(world.tenant_id, person_id), "SubmitEvaluation", rating(interview_id))

    shown = await world.call(world.hrbp, "SummarizeEvaluations", request)

    assert (shown.given, shown.asked, list(shown.content_means), shown.preparation_mean) == (5, 5, [5, 4, 4, 5], 3)
    assert (await world.call(world.manager, "SummarizeEvaluations", request)).given == 5
    assert await world.refused(world.employee, "SummarizeEvaluations", request) == "TOO_FEW"


@pytest.mark.parametrize("briefed", [False, True])
async def test_before_sharing_the_manager_cancels_and_after_it_only_the_hrbp(world: Any, briefed: bool) -> None:
    interview_id = await world.open()
    if briefed:
        await world.set_goal(interview_id)
        await world.share(interview_id)
    request = pb.CancelInterviewRequest(
        interview_id=interview_id,
        reason=facts.INTERVIEW_CANCEL_REASON_SHORTFALL_GONE,
        note="数据更正后已达标",
        expected_version=(await world.interview(interview_id)).version,
    )
    if briefed:
        assert await world.refused(world.manager, "CancelInterview", request) == "FORBIDDEN"

    by = world.hrbp if briefed else world.manager
    cancelled = (await world.call(by, "CancelInterview", request)).interview

    assert (cancelled.state, cancelled.cancel_note) == (facts.INTERVIEW_STATE_CANCELLED, "数据更正后已达标")
    ledger = await world.steps()
    assert isinstance(ledger["held", ""], steps.StepWithdrawn)
    assert isinstance(ledger["shared", ""], steps.StepDone if briefed else steps.StepWithdrawn)
    request.expected_version = cancelled.version
    assert await world.refused(world.hrbp, "CancelInterview", request) == "ILLEGAL_TRANSITION"


async def test_cancelling_does_not_wash_away_what_was_overdue(world: Any) -> None:
    interview_id = await world.open()
    await world.book(interview_id, world.at("10-12", "14:00"))
    world.clock.set(world.at("10-09", "10:00"))
    request = pb.CancelInterviewRequest(
        interview_id=interview_id,
        reason=facts.INTERVIEW_CANCEL_REASON_OTHER,
        note="x",
        expected_version=(await world.interview(interview_id)).version,
    )
    await world.call(world.manager, "CancelInterview", request)

    ledger = await world.steps()
    assert isinstance(ledger["shared", ""], steps.StepMissed)
    assert isinstance(ledger["self_analysis", ""], steps.StepWithdrawn)
