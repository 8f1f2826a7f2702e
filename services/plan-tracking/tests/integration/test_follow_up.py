"""Following up: check-ins by period, progress from results, reviews, blockers, closure."""

from typing import Any
from uuid import UUID

from common.identity import Identity
from common.ids import new_id
from tandem.interview_record.v1 import events_pb2 as interviews
from tandem.plan_tracking.v1 import amendment_pb2, blocker_pb2, check_in_pb2, measure_progress_pb2, review_pb2
from tandem.plan_tracking.v1 import events_pb2 as events
from tandem.plan_tracking.v1 import facts_pb2 as facts
from tandem.plan_tracking.v1 import revision_pb2 as revisions


async def test_two_missed_check_ins_in_a_row_go_to_the_hrbp_once(world: Any) -> None:
    plan_id = await world.in_force()
    await world.until(world.at("10-20", "18:00"))
    assert (await world.ledger())["checked_in", "2026-10-20"] == "10-20 18:00 missed"
    assert await world.published(events.PlanFollowUpLapsed) == []
    await world.until(world.at("11-04", "09:00"))
    [lapsed] = await world.published(events.PlanFollowUpLapsed)
    assert lapsed.plan.missed_check_ins_in_a_row == 2
    await world.check_in(plan_id)
    assert (await world.plan(plan_id)).missed_check_ins_in_a_row == 0


async def test_a_period_takes_one_check_in_and_its_due_moment_belongs_to_it(world: Any) -> None:
    plan_id = await world.in_force()
    world.clock.set(world.at("10-20", "18:00"))
    first = await world.check_in(plan_id)
    assert first.period_due_at.ToDatetime().day == 20
    request = await world.check_in_request(plan_id)
    assert await world.refused(world.manager, "RecordCheckIn", request) == "ALREADY_CHECKED_IN"
    await world.until(world.at("10-21", "09:00"))
    assert (await world.check_in(plan_id)).period_due_at.ToDatetime().day == 27


async def test_a_check_in_a_moment_after_its_due_date_is_the_next_periods(world: Any) -> None:
    plan_id = await world.in_force()
    # Nothing swept yet: the command itself must not reach back into the period that is over.
    world.clock.set(world.at("10-20", "18:01"))
    late = await world.check_in(plan_id)
    assert late.period_due_at.ToDatetime().day == 27
    ledger = await world.ledger()
    assert ledger["checked_in", "2026-10-20"] == "10-20 18:00 missed"
    assert ledger["checked_in", "2026-10-27"] == "10-27 18:00 met 10-20 18:01"


async def test_periods_are_listed_with_what_became_of_them(world: Any) -> None:
    plan_id = await world.in_force()
    await world.until(world.at("10-21", "09:00"))
    await world.check_in(plan_id)
    request = check_in_pb2.ListCheckInsRequest(plan_id=plan_id)
    first, second = (await world.call(world.employee, "ListCheckIns", request)).periods
    assert (first.missed, first.HasField("check_in")) == (True, False)
    assert second.check_in.note == "按计划推进"


async def test_only_the_manager_checks_in_and_only_on_goals_of_the_plan(world: Any) -> None:
    plan_id = await world.in_force()
    request = await world.check_in_request(plan_id)
    assert await world.refused(world.employee, "RecordCheckIn", request) == "FORBIDDEN"
    request.goals[0].goal_id = str(new_id())
    assert await world.refused(world.manager, "RecordCheckIn", request) == "INVALID_REQUEST"


async def test_progress_follows_new_results_and_forgets_superseded_ones(world: Any) -> None:
    plan_id = await world.in_force()
    first = await _result(world, "20.5", "2026-10-12", "2026-10-18")
    await _result(world, "20.9", "2026-10-12", "2026-10-18", supersedes_id=first)
    await _result(world, "19", "2026-09-01", "2026-09-30")
    request = measure_progress_pb2.GetProgressRequest(plan_id=plan_id)
    [way] = (await world.call(world.employee, "GetProgress", request)).goals
    assert (way.current, way.percent, way.reached) == ("20.9", "45", False)
    assert [point.actual for point in way.points] == ["20.9"]
    assert way.before.actual == "19"


async def test_a_review_before_its_last_period_is_too_early_unless_it_ends_the_plan(world: Any) -> None:
    plan_id = await world.in_force()
    await world.until(world.at("11-06", "17:59"))
    request = await world.review_request(plan_id, facts.REVIEW_VERDICT_CONTINUE)
    assert await world.refused(world.manager, "RecordReview", request) == "REVIEW_TOO_EARLY"
    done = await world.review(plan_id, facts.REVIEW_VERDICT_ACHIEVED)
    assert done.plan.state == facts.PLAN_STATE_ACHIEVED


async def test_a_plan_that_runs_on_is_reviewed_again_on_its_end_and_must_get_its_outcome(world: Any) -> None:
    plan_id = await world.in_force(ends_on="2026-11-28", training_on="2026-10-27")
    await world.until(world.at("11-13", "10:00"))
    await world.review(plan_id, facts.REVIEW_VERDICT_CONTINUE)
    # 28 November is a Saturday: the last review moves to Monday.
    assert (await world.ledger())["reviewed", "final"] == "11-30 18:00 open"
    await world.until(world.at("11-30", "10:00"))
    request = await world.review_request(plan_id, facts.REVIEW_VERDICT_ADJUST)
    assert await world.refused(world.manager, "RecordReview", request) == "OUTCOME_REQUIRED"
    sheet = await world.call(world.manager, "GetReviewSheet", review_pb2.GetReviewSheetRequest(plan_id=plan_id))
    assert sheet.must_end
    assert (sheet.check_ins_recorded, sheet.check_ins_missed) == (0, 6)
    await world.review(plan_id, facts.REVIEW_VERDICT_NOT_ACHIEVED)
    assert (await world.ledger())["reviewed", "final"] == "11-30 18:00 met 11-30 10:00"
    [closed] = await world.published(events.PlanClosed)
    assert closed.plan.state == facts.PLAN_STATE_NOT_ACHIEVED


async def test_the_hrbp_is_told_five_working_days_after_an_end_without_outcome(world: Any) -> None:
    await world.in_force()
    await world.until(world.at("11-20", "17:59"))
    assert await world.published(events.PlanOutcomeOverdue) == []
    await world.until(world.at("11-20", "18:00"))
    assert len(await world.published(events.PlanOutcomeOverdue)) == 1


async def test_a_plan_that_ends_early_leaves_no_row_open_and_no_blocker_behind(world: Any) -> None:
    plan_id = await world.in_force()
    await _raise(world, plan_id)
    await world.until(world.at("10-16", "10:00"))
    await world.review(plan_id, facts.REVIEW_VERDICT_ACHIEVED)
    ledger = await world.ledger()
    assert ledger["checked_in", "2026-10-20"] == "withdrawn"
    assert not any(verdict.endswith("open") for verdict in ledger.values())
    [resolved] = await world.published(events.BlockerResolved)
    assert resolved.resolved_by == ""
    await world.until(world.at("11-30", "09:00"))
    assert await world.published(events.BlockerEscalated) == []


async def test_a_blocker_past_its_deadline_goes_to_the_hrbp_who_may_still_see_it_resolved(world: Any) -> None:
    plan_id = await world.in_force()
    blocker = await _raise(world, plan_id)
    assert blocker.resolve_by.ToDatetime().day == 20  # five working days after Tuesday 13
    await world.until(world.at("10-20", "18:00"))
    [escalated] = await world.published(events.BlockerEscalated)
    assert escalated.escalated_by == ""
    seen = (await world.call(world.hrbp, "ListBlockers", blocker_pb2.ListBlockersRequest())).blockers
    assert [(each.id, each.state) for each in seen] == [(blocker.id, facts.BLOCKER_STATE_ESCALATED)]
    request = blocker_pb2.ResolveBlockerRequest(
        blocker_id=blocker.id, resolution="已开通系统账号", expected_version=seen[0].version
    )
    resolved = (await world.call(world.trainer, "ResolveBlocker", request)).blocker
    assert resolved.state == facts.BLOCKER_STATE_RESOLVED
    again = blocker_pb2.EscalateBlockerRequest(blocker_id=blocker.id, expected_version=resolved.version)
    assert await world.refused(world.manager, "EscalateBlocker", again) == "ILLEGAL_TRANSITION"


async def test_an_amendment_that_moves_the_date_or_adds_a_duty_needs_a_revision(world: Any) -> None:
    plan_id = await world.in_force()
    later = await _amendment(world, plan_id, due_on="2026-11-10")
    assert await world.refused(world.manager, "ProposeAmendment", later) == "MATERIAL_CHANGE"
    duty = await _amendment(world, plan_id, owner_id=str(world.employee_id))
    assert await world.refused(world.manager, "ProposeAmendment", duty) == "MATERIAL_CHANGE"


async def test_an_amendment_governs_once_the_employee_acknowledged_it(world: Any) -> None:
    plan_id = await world.in_force()
    proposed = await world.call(world.manager, "ProposeAmendment", await _amendment(world, plan_id))
    amendment = proposed.amendment
    [told] = await world.published(events.PlanAmendmentProposed)
    assert (told.amendment, told.measure_id) == (1, amendment.measure_id)
    [told] = await world.published(events.PlanAmendmentProposed)
    assert (told.plan.plan_id, told.amendment, told.measure_id) == (plan_id, 1, amendment.measure_id)
    assert [change.field.split(".")[1] for change in amendment.changes if change.kind == "added"][:1] == ["action"]
    second = await _amendment(world, plan_id)
    assert await world.refused(world.manager, "ProposeAmendment", second) == "AMENDMENT_OPEN"
    acknowledge = amendment_pb2.AcknowledgeAmendmentRequest(
        amendment_id=amendment.id, expected_version=amendment.version
    )
    assert await world.refused(world.manager, "AcknowledgeAmendment", acknowledge) == "FORBIDDEN"
    done = (await world.call(world.employee, "AcknowledgeAmendment", acknowledge)).amendment
    assert (done.amendment, done.state) == (1, amendment_pb2.AMENDMENT_STATE_ACKNOWLEDGED)
    measures = (await world.plan(plan_id)).newest.goals[0].measures
    assert [(each.action, each.amended_by) for each in measures] == [
        ("每条线索每周至少跟进 3 次", 0),
        ("主管每周二陪访一次", 1),
    ]
    archive = Identity.of_service("interview-record", world.tenant_id)
    request = revisions.GetSignedRevisionRequest(plan_id=plan_id, revision=1, amendment=1)
    signed = await world.call(archive, "GetSignedRevision", request)
    assert "主管每周二陪访一次".encode() in signed.amendments[0]


async def test_a_new_revision_takes_an_open_amendment_back(world: Any) -> None:
    plan_id = await world.in_force()
    await world.call(world.manager, "ProposeAmendment", await _amendment(world, plan_id))
    start = revisions.StartRevisionRequest(plan_id=plan_id, expected_version=await world.version(plan_id))
    await world.call(world.manager, "StartRevision", start)
    again = revisions.StartRevisionRequest(plan_id=plan_id, expected_version=await world.version(plan_id))
    assert await world.refused(world.employee, "StartRevision", again) == "REVISION_UNDER_WAY"
    await world.offer(plan_id)
    await world.sign(plan_id, world.employee)
    await world.sign(plan_id, world.manager)
    request = amendment_pb2.ListAmendmentsRequest(plan_id=plan_id)
    [amendment] = (await world.call(world.manager, "ListAmendments", request)).amendments
    assert amendment.state == amendment_pb2.AMENDMENT_STATE_RETRACTED


async def test_a_discarded_revision_leaves_the_one_in_force(world: Any) -> None:
    plan_id = await world.in_force()
    start = revisions.StartRevisionRequest(plan_id=plan_id, expected_version=await world.version(plan_id))
    await world.call(world.manager, "StartRevision", start)
    discard = revisions.DiscardRevisionRequest(plan_id=plan_id, expected_version=await world.version(plan_id))
    await world.call(world.manager, "DiscardRevision", discard)
    plan = await world.plan(plan_id)
    assert (plan.newest.state, plan.in_force.revision) == (facts.REVISION_STATE_SUPERSEDED, 1)
    listed = await world.call(world.manager, "ListRevisions", revisions.ListRevisionsRequest(plan_id=plan_id))
    assert [each.revision for each in listed.revisions] == [1, 2]


async def _result(world: Any, actual: str, since: str, until: str, **more: Any) -> str:
    result_id = str(new_id())
    recorded = interviews.KpiRecorded(
        kpi_result_id=result_id,
        person_id=str(world.employee_id),
        metric_code="conversion",
        period_from=since,
        period_until=until,
        actual=actual,
        direction=1,
        **more,
    )
    recorded.recorded_at.FromDatetime(world.clock.system())
    await world.happens(UUID(result_id), recorded)
    return result_id


async def _raise(world: Any, plan_id: str) -> blocker_pb2.Blocker:
    request = blocker_pb2.RaiseBlockerRequest(
        plan_id=plan_id, text="客户系统账号还没开通", owner_id=str(world.trainer_id)
    )
    return (await world.call(world.employee, "RaiseBlocker", request)).blocker


async def _amendment(world: Any, plan_id: str, **more: str) -> amendment_pb2.ProposeAmendmentRequest:
    plan = await world.plan(plan_id)
    training = plan.newest.goals[0].measures[1]
    fields = {"owner_id": str(world.manager_id), "due_on": training.due_on, **more}
    return amendment_pb2.ProposeAmendmentRequest(
        plan_id=plan_id,
        measure_id=training.id,
        action="主管每周二陪访一次",
        reason="培训内容与岗位不匹配",
        expected_version=plan.version,
        **fields,
    )
