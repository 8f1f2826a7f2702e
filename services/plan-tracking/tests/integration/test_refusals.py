"""Refusal, silence, and the HRBP's decision."""

from typing import Any

from tandem.plan_tracking.v1 import events_pb2 as events
from tandem.plan_tracking.v1 import facts_pb2 as facts
from tandem.plan_tracking.v1 import refusal_pb2 as pb
from tandem.plan_tracking.v1 import revision_pb2


async def test_a_refusal_moves_the_signing_to_the_hrbps_due_date(world: Any, offered: str) -> None:
    world.clock.set(world.at("10-13", "10:00"))
    plan = await world.refuse(offered)
    assert plan.state == facts.PLAN_STATE_REFUSED
    assert (await world.ledger())["signed", ""] == "10-16 18:00 open"
    [refused] = await world.published(events.PlanRefused)
    assert refused.decide_by.ToDatetime().hour == 10  # 18:00 in Shanghai
    shown = await world.call(world.hrbp, "GetRefusal", pb.GetRefusalRequest(plan_id=offered))
    assert shown.refusal.reason == "目标定得太高"


async def test_only_the_hrbp_of_the_unit_decides_and_not_in_their_own_case(world: Any, offered: str) -> None:
    await world.refuse(offered)
    request = pb.DecideRefusalRequest(
        plan_id=offered,
        decision=facts.REFUSAL_DECISION_ISSUE,
        reason="已核对",
        expected_version=await world.version(offered),
    )
    assert await world.refused(world.manager, "DecideRefusal", request) == "FORBIDDEN"
    own_case = world.person(world.manager_id, ("hrbp", world.unit_id))
    assert await world.refused(own_case, "DecideRefusal", request) == "FORBIDDEN"
    elsewhere = world.person(world.hrbp_id, ("hrbp", world.director_id))
    assert await world.refused(elsewhere, "DecideRefusal", request) == "NOT_FOUND"


async def test_an_issued_plan_is_in_force_without_consent_and_meets_the_row(world: Any, offered: str) -> None:
    await world.refuse(offered)
    world.clock.set(world.at("10-15", "17:00"))
    plan = await world.decide(offered, facts.REFUSAL_DECISION_ISSUE)
    assert (plan.state, plan.issued) == (facts.PLAN_STATE_ACTIVE, True)
    ledger = await world.ledger()
    assert ledger["signed", ""] == "10-15 18:00 met 10-15 17:00"
    assert ledger["checked_in", "2026-10-22"] == "10-22 18:00 open"
    assert len(await world.published(events.PlanIssued)) == 1


async def test_a_withdrawn_plan_ends_and_its_row_is_met_by_a_decision_in_time(world: Any, offered: str) -> None:
    await world.refuse(offered)
    plan = await world.decide(offered, facts.REFUSAL_DECISION_WITHDRAW)
    assert (plan.state, plan.withdraw_reason) == (facts.PLAN_STATE_WITHDRAWN, facts.WITHDRAW_REASON_REFUSED)
    assert (await world.ledger())["signed", ""].startswith("10-15 18:00 met")


async def test_a_revised_plan_is_due_again_two_days_after_its_next_offer(world: Any, offered: str) -> None:
    await world.refuse(offered)
    world.clock.set(world.at("10-14", "10:00"))
    plan = await world.decide(offered, facts.REFUSAL_DECISION_REVISE)
    assert (plan.state, plan.newest.revision) == (facts.PLAN_STATE_DRAFT, 2)
    assert len(plan.newest.goals[0].measures) == 2
    world.clock.set(world.at("10-15", "10:00"))
    await world.offer(offered)
    assert (await world.ledger())["signed", ""] == "10-19 18:00 open"
    await world.sign(offered, world.manager)
    await world.sign(offered, world.employee)
    assert (await world.ledger())["signed", ""] == "10-19 18:00 met 10-15 10:00"
    request = revision_pb2.GetRevisionRequest(plan_id=offered, revision=1)
    first = (await world.call(world.employee, "GetRevision", request)).revision
    assert first.state == facts.REVISION_STATE_REFUSED


async def test_a_decision_after_its_due_date_leaves_the_row_late(world: Any, offered: str) -> None:
    await world.refuse(offered)
    world.clock.set(world.at("10-16", "10:00"))
    await world.decide(offered, facts.REFUSAL_DECISION_ISSUE)
    assert (await world.ledger())["signed", ""] == "10-15 18:00 late 10-16 10:00"


async def test_silence_is_recorded_after_the_due_date_and_counts_once_witnessed(world: Any, offered: str) -> None:
    await world.sign(offered, world.manager)
    assert await _silence(world, offered, refused=True) == "SIGNING_NOT_OVERDUE"
    world.clock.set(world.at("10-15", "10:00"))
    assert await _silence(world, offered) == facts.PLAN_STATE_AWAITING_SIGNATURES
    assert (await world.ledger())["signed", ""] == "10-14 18:00 open"
    world.clock.set(world.at("10-15", "11:00"))
    request = pb.WitnessSilenceRequest(plan_id=offered, expected_version=await world.version(offered))
    plan = (await world.call(world.hrbp, "WitnessSilence", request)).plan
    assert plan.state == facts.PLAN_STATE_REFUSED
    assert (await world.ledger())["signed", ""] == "10-20 18:00 open"
    plan = await world.decide(offered, facts.REFUSAL_DECISION_ISSUE)
    assert (await world.ledger())["signed", ""] == "10-20 18:00 met 10-15 11:00"


async def test_a_silence_recorded_too_late_keeps_the_old_due_date(world: Any, offered: str) -> None:
    world.clock.set(world.at("10-16", "10:00"))
    await _silence(world, offered)
    request = pb.WitnessSilenceRequest(plan_id=offered, expected_version=await world.version(offered))
    await world.call(world.hrbp, "WitnessSilence", request)
    assert (await world.ledger())["signed", ""] == "10-14 18:00 open"
    await world.decide(offered, facts.REFUSAL_DECISION_WITHDRAW)
    assert (await world.ledger())["signed", ""] == "10-14 18:00 late 10-16 10:00"


async def test_an_employee_who_signs_after_all_breaks_their_silence(world: Any, offered: str) -> None:
    world.clock.set(world.at("10-15", "10:00"))
    await _silence(world, offered)
    await world.sign(offered, world.employee)
    request = pb.WitnessSilenceRequest(plan_id=offered, expected_version=await world.version(offered))
    assert await world.refused(world.hrbp, "WitnessSilence", request) == "NO_SILENCE_RECORDED"


async def test_who_has_signed_cannot_refuse(world: Any, offered: str) -> None:
    await world.sign(offered, world.employee)
    shown = await world.sign_request(offered, world.employee)
    request = pb.RefusePlanRequest(
        plan_id=offered,
        revision=1,
        content_hash=shown.content_hash,
        reason="改变主意",
        expected_version=shown.expected_version,
    )
    assert await world.refused(world.employee, "RefusePlan", request) == "ALREADY_SIGNED"


async def test_a_refused_later_revision_changes_nothing_in_force(world: Any) -> None:
    plan_id = await world.in_force()
    request = revision_pb2.StartRevisionRequest(plan_id=plan_id, expected_version=await world.version(plan_id))
    await world.call(world.manager, "StartRevision", request)
    await world.offer(plan_id)
    await world.refuse(plan_id)
    plan = await world.plan(plan_id)
    assert plan.state == facts.PLAN_STATE_ACTIVE
    assert (plan.newest.state, plan.in_force.revision) == (facts.REVISION_STATE_REFUSED, 1)
    ledger = await world.ledger()
    assert ledger["signed", "2"] == "withdrawn"
    assert ledger["checked_in", "2026-10-20"] == "10-20 18:00 open"
    [refused] = await world.published(events.PlanRefused)
    assert not refused.HasField("decide_by")


async def _silence(world: Any, plan_id: str, *, refused: bool = False) -> Any:
    request = pb.RecordSilenceRequest(plan_id=plan_id, expected_version=await world.version(plan_id))
    if refused:
        return await world.refused(world.manager, "RecordSilence", request)
    return (await world.call(world.manager, "RecordSilence", request)).plan.state
