"""The case of the design's content page, as far as plan-tracking owns its rows."""

from typing import Any
from uuid import UUID

from common.ids import new_id
from tandem.interview_record.v1 import events_pb2 as interviews
from tandem.interview_record.v1 import facts_pb2 as facts
from tandem.plan_tracking.v1 import amendment_pb2, draft_pb2, revision_pb2
from tandem.plan_tracking.v1 import events_pb2 as events
from tandem.plan_tracking.v1 import facts_pb2 as plan_facts


async def test_the_rows_of_plan_tracking_come_out_as_worked_out_by_hand(world: Any) -> None:
    plan_id = await world.in_force()
    assert await world.ledger() == {
        ("agreed", ""): "10-14 18:00 met 10-12 15:10",
        ("signed", ""): "10-14 18:00 met 10-13 09:30",
        ("checked_in", "2026-10-20"): "10-20 18:00 open",
        ("reviewed", ""): "11-13 18:00 open",
    }

    await world.until(world.at("10-20", "16:00"))
    await world.check_in(plan_id)
    await world.until(world.at("10-22", "09:00"))
    amendment = await _propose_coaching(world, plan_id)
    await world.until(world.at("10-22", "10:00"))
    await world.call(
        world.employee,
        "AcknowledgeAmendment",
        amendment_pb2.AcknowledgeAmendmentRequest(amendment_id=amendment.id, expected_version=amendment.version),
    )
    await world.until(world.at("10-27", "11:00"))
    await world.check_in(plan_id)
    await world.until(world.at("11-10", "15:00"))
    await world.check_in(plan_id)
    await world.until(world.at("11-12", "09:00"))
    await _conversion_rises(world)
    await world.until(world.at("11-13", "10:00"))
    reviewed = await world.review(plan_id, plan_facts.REVIEW_VERDICT_ADJUST)
    assert [(goal.baseline, goal.current, goal.percent) for goal in reviewed.review.goals] == [("20", "21", "50")]
    assert reviewed.plan.newest.revision == 2
    await _add_negotiation_training(world, reviewed.plan)
    await world.until(world.at("11-13", "11:00"))
    await world.offer(plan_id)
    await world.sign(plan_id, world.manager)
    await world.until(world.at("11-16", "10:00"))
    await world.sign(plan_id, world.employee)

    assert await world.ledger() == {
        ("agreed", ""): "10-14 18:00 met 10-12 15:10",
        ("signed", ""): "10-14 18:00 met 10-13 09:30",
        ("checked_in", "2026-10-20"): "10-20 18:00 met 10-20 16:00",
        ("checked_in", "2026-10-27"): "10-27 18:00 met 10-27 11:00",
        ("checked_in", "2026-11-03"): "11-03 18:00 missed",
        ("checked_in", "2026-11-10"): "11-10 18:00 met 11-10 15:00",
        ("reviewed", ""): "11-13 18:00 met 11-13 10:00",
        ("signed", "2"): "11-17 18:00 met 11-16 10:00",
        ("checked_in", "2026-11-17"): "11-17 18:00 open",
        ("reviewed", "final"): "12-11 18:00 open",
    }
    signed = await world.published(events.PlanSigned)
    assert [(event.revision, event.plan.ends_on) for event in signed] == [(1, "2026-11-13"), (2, "2026-12-11")]
    [amended] = await world.published(events.PlanAmended)
    assert (amended.revision, amended.amendment) == (1, 1)


async def test_the_second_revision_says_in_both_languages_what_it_changes(world: Any) -> None:
    plan_id = await world.in_force()
    await world.until(world.at("11-13", "10:00"))
    reviewed = await world.review(plan_id, plan_facts.REVIEW_VERDICT_ADJUST)
    await _add_negotiation_training(world, reviewed.plan)
    request = revision_pb2.DiffRevisionsRequest(plan_id=plan_id, from_revision=1, to_revision=2)
    changes = (await world.call(world.employee, "DiffRevisions", request)).changes
    texts = {(change.text.zh_cn, change.text.en) for change in changes}
    assert (
        "措施“每条线索每周至少跟进 3 次”完成日期（变更）：2026-11-13 → 2026-12-11",
        "Measure “每条线索每周至少跟进 3 次”, Due date (changed): 2026-11-13 → 2026-12-11",
    ) in texts
    assert ("措施（新增）：– → 谈判技巧培训，一次课", "Measure (new): – → 谈判技巧培训，一次课") in texts


async def _propose_coaching(world: Any, plan_id: str) -> amendment_pb2.Amendment:
    plan = await world.plan(plan_id)
    training = plan.newest.goals[0].measures[1]
    request = amendment_pb2.ProposeAmendmentRequest(
        plan_id=plan_id,
        measure_id=training.id,
        action="主管每周二陪访一次并当场复盘",
        owner_id=str(world.manager_id),
        due_on=training.due_on,
        reason="培训内容与岗位不匹配",
        expected_version=plan.version,
    )
    return (await world.call(world.manager, "ProposeAmendment", request)).amendment


async def _conversion_rises(world: Any) -> None:
    result_id = new_id()
    recorded = interviews.KpiRecorded(
        kpi_result_id=str(result_id),
        person_id=str(world.employee_id),
        metric_code="conversion",
        period_from="2026-10-12",
        period_until="2026-11-11",
        target="22",
        actual="21",
        direction=facts.DIRECTION_HIGHER_IS_BETTER,
    )
    recorded.recorded_at.FromDatetime(world.clock.system())
    await world.happens(UUID(recorded.kpi_result_id), recorded)


async def _add_negotiation_training(world: Any, plan: Any) -> None:
    goal = plan.newest.goals[0]
    put = draft_pb2.PutGoalRequest(
        plan_id=plan.id,
        goal_id=goal.id,
        text=goal.text,
        metric_code=goal.metric_code,
        baseline=goal.baseline,
        target=goal.target,
        measure_unit=goal.measure_unit,
        direction=goal.direction,
        due_on="2026-12-11",
        expected_version=plan.version,
    )
    await world.call(world.manager, "PutGoal", put)
    training = draft_pb2.PutMeasureRequest(
        plan_id=plan.id,
        goal_id=goal.id,
        action="谈判技巧培训，一次课",
        owner_id=str(world.trainer_id),
        due_on="2026-11-27",
        expected_version=await world.version(plan.id),
    )
    await world.call(world.manager, "PutMeasure", training)
    for measure in goal.measures:
        moved = draft_pb2.PutMeasureRequest(
            plan_id=plan.id,
            measure_id=measure.id,
            goal_id=goal.id,
            action=measure.action,
            owner_id=measure.owner_id,
            due_on="2026-12-11",
            expected_version=await world.version(plan.id),
        )
        await world.call(world.manager, "PutMeasure", moved)
