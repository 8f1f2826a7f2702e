"""Signing: on which bytes, by whom, with which proof."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from common.identity import Identity
from common.ids import new_id
from tandem.common.v1 import steps_pb2 as steps
from tandem.interview_record.v1 import events_pb2 as interviews
from tandem.interview_record.v1 import playbook_rules_pb2 as playbook
from tandem.plan_tracking.v1 import draft_pb2, revision_pb2
from tandem.plan_tracking.v1 import events_pb2 as events
from tandem.plan_tracking.v1 import facts_pb2 as plan_facts
from tandem.plan_tracking.v1 import signature_pb2 as pb


async def test_two_signatures_in_either_order_put_the_plan_in_force(world: Any, offered: str) -> None:
    first = await world.sign(offered, world.employee, counter_statement="我希望每两周复核一次目标")
    assert first.plan_state == plan_facts.PLAN_STATE_AWAITING_SIGNATURES
    second = await world.sign(offered, world.manager)
    assert second.plan_state == plan_facts.PLAN_STATE_ACTIVE
    plan = await world.plan(offered)
    assert plan.newest.counter_statement == "我希望每两周复核一次目标"
    mine, theirs = plan.newest.signatures
    assert mine.name == "李雷"
    assert mine.consent.startswith("我已阅读本改进计划全文")
    assert mine.previous_signature_hash == b""
    assert len(theirs.previous_signature_hash) == 32
    assert {each.content_hash for each in (mine, theirs)} == {plan.newest.content_hash}
    assert [event.signed_as for event in await world.published(events.PlanPartlySigned)] == [
        plan_facts.SIGNER_ROLE_EMPLOYEE
    ]


async def test_whoever_has_still_to_sign_is_named_in_the_open_step(world: Any, offered: str) -> None:
    await world.sign(offered, world.manager)
    last = (await world.published(steps.StepDue, steps.StepDone))[-1]
    assert last.key.responsible_person_id == str(world.employee_id)


async def test_the_hash_of_other_bytes_is_refused(world: Any, offered: str) -> None:
    request = await world.sign_request(offered, world.employee, content_hash=b"\x01" * 32)
    assert await world.refused(world.employee, "SignPlan", request) == "CONTENT_CHANGED"


async def test_an_old_login_an_old_standing_and_a_machine_may_not_sign(world: Any, offered: str) -> None:
    request = await world.sign_request(offered, world.employee)
    now = world.clock.system()
    stale = replace(world.employee, auth_time=now - timedelta(seconds=331))
    assert await world.refused(stale, "SignPlan", request) == "INSUFFICIENT_USER_AUTHENTICATION"
    unproven = replace(world.employee, acr="")
    assert await world.refused(unproven, "SignPlan", request) == "INSUFFICIENT_USER_AUTHENTICATION"
    unchecked = replace(world.employee, standing_checked_at=now - timedelta(seconds=12))
    assert await world.refused(unchecked, "SignPlan", request) == "STANDING_TOO_OLD"
    machine = Identity(world.tenant_id, "machine:hr", "machine", scopes=frozenset({"plans"}))
    assert await world.refused(machine, "SignPlan", request) == "FORBIDDEN"
    assert await world.refused(world.hrbp, "SignPlan", request) == "FORBIDDEN"
    stranger = world.person(new_id())
    assert await world.refused(stranger, "SignPlan", request) == "NOT_FOUND"


async def test_where_the_playbook_takes_a_confirmation_any_login_signs(world: Any) -> None:
    await world.opens(world.rules(signature=playbook.SIGNATURE_KIND_CONFIRMATION))
    plan_id = await world.offers()
    shown = await world.call(world.employee, "GetSigningContent", pb.GetSigningContentRequest(plan_id=plan_id))
    assert shown.fresh_login_seconds == 0
    old = replace(world.employee, auth_time=world.clock.system() - timedelta(hours=9), acr="")
    await world.call(old, "SignPlan", await world.sign_request(plan_id, world.employee))


async def test_nobody_signs_twice_and_a_repeated_key_answers_the_same(world: Any, offered: str) -> None:
    request = await world.sign_request(offered, world.manager)
    first = await world.call(world.manager, "SignPlan", request, key="sign-1")
    again = await world.call(world.manager, "SignPlan", request, key="sign-1")
    assert again == first
    fresh = await world.sign_request(offered, world.manager)
    assert await world.refused(world.manager, "SignPlan", fresh) == "ALREADY_SIGNED"


async def test_a_signature_on_a_plan_that_has_moved_on_is_a_version_mismatch(world: Any, offered: str) -> None:
    request = await world.sign_request(offered, world.employee)
    await world.sign(offered, world.manager)
    assert await world.refused(world.employee, "SignPlan", request) == "VERSION_MISMATCH"


async def test_an_open_dispute_blocks_signing_and_pushes_its_due_date(world: Any, offered: str) -> None:
    dispute_id = str(new_id())
    world.interview.open_dispute_ids.append(dispute_id)
    opened = interviews.InterviewDisputeOpened(interview=world.interview, dispute_id=dispute_id)
    opened.decide_by.FromDatetime(world.at("10-14", "18:00"))
    await world.happens(UUID(world.interview_id), opened)
    request = await world.sign_request(offered, world.employee)
    assert await world.refused(world.employee, "SignPlan", request) == "DISPUTE_OPEN"
    assert (await world.ledger())["signed", ""] == "10-16 18:00 open"

    world.clock.set(world.at("10-13", "11:00"))
    world.interview.ClearField("open_dispute_ids")
    world.interview.last_dispute_decided_at.FromDatetime(world.at("10-13", "11:00"))
    await world.says(interviews.InterviewDisputeDecided, dispute_id=dispute_id)
    assert (await world.ledger())["signed", ""] == "10-15 18:00 open"
    await world.sign(offered, world.employee)


async def test_an_offer_can_be_taken_back_only_while_nobody_signed(world: Any, offered: str) -> None:
    request = draft_pb2.RetractOfferRequest(plan_id=offered, expected_version=await world.version(offered))
    plan = (await world.call(world.manager, "RetractOffer", request)).plan
    assert plan.state == plan_facts.PLAN_STATE_DRAFT
    assert plan.newest.content_hash == b""
    await world.offer(offered)
    await world.sign(offered, world.employee)
    request = draft_pb2.RetractOfferRequest(plan_id=offered, expected_version=await world.version(offered))
    assert await world.refused(world.manager, "RetractOffer", request) == "ALREADY_SIGNED"


async def test_an_offered_plan_cannot_be_edited(world: Any, offered: str) -> None:
    plan = await world.plan(offered)
    request = draft_pb2.RemoveGoalRequest(
        plan_id=offered, goal_id=plan.newest.goals[0].id, expected_version=plan.version
    )
    assert await world.refused(world.employee, "RemoveGoal", request) == "NOT_A_DRAFT"


async def test_the_archive_alone_takes_the_signed_bytes(world: Any) -> None:
    plan_id = await world.in_force()
    request = revision_pb2.GetSignedRevisionRequest(plan_id=plan_id, revision=1)
    assert await world.refused(world.manager, "GetSignedRevision", request) == "FORBIDDEN"
    archive = Identity.of_service("interview-record", world.tenant_id)
    signed = await world.call(archive, "GetSignedRevision", request)
    plan = await world.plan(plan_id)
    assert signed.content_hash == plan.newest.content_hash
    assert "有效线索转化率".encode() in signed.content
    assert [each.role for each in signed.signatures] == [
        plan_facts.SIGNER_ROLE_MANAGER,
        plan_facts.SIGNER_ROLE_EMPLOYEE,
    ]
