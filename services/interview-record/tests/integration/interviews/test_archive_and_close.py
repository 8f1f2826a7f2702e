import hashlib
import json
from typing import Any

from tandem.common.v1 import steps_pb2 as steps
from tandem.interview_record.v1 import archive_pb2 as pb
from tandem.interview_record.v1 import events_pb2 as events
from tandem.interview_record.v1 import facts_pb2 as facts
from tandem.interview_record.v1 import self_analysis_pb2 as voice
from tandem.notification.v1 import events_pb2 as notification
from tandem.plan_tracking.v1 import events_pb2 as plans
from tandem.plan_tracking.v1 import facts_pb2 as plan_facts


async def held_with_requests(world: Any) -> str:
    interview_id = await world.open(shortfall_ids=[world.shortfall_id])
    await world.set_goal(interview_id)
    await world.share(interview_id)
    saved = await world.call(
        world.employee,
        "SaveSelfAnalysis",
        voice.SaveSelfAnalysisRequest(interview_id=interview_id, causes="x", requests=["需求挖掘培训"]),
    )
    await world.call(
        world.employee,
        "SubmitSelfAnalysis",
        voice.SubmitSelfAnalysisRequest(interview_id=interview_id, expected_version=saved.self_analysis.version),
    )
    await world.held(interview_id)
    return interview_id


async def items(world: Any, interview_id: str) -> list[pb.ArchiveItem]:
    request = pb.ListArchiveItemsRequest(interview_id=interview_id)
    return list((await world.call(world.employee, "ListArchiveItems", request)).archive_items)


async def test_the_package_holds_briefing_minutes_plan_requests_and_names_under_its_hash(world: Any) -> None:
    interview_id = await held_with_requests(world)
    await world.signed(interview_id, world.clock.system())
    await world.sweep()

    (item,) = await items(world, interview_id)
    request = pb.GetArchiveItemRequest(archive_item_id=item.id)
    whole = (await world.call(world.employee, "GetArchiveItem", request)).archive_item

    content = json.loads(whole.content)
    assert hashlib.sha256(whole.content).digest() == item.content_hash
    assert content["briefing"]["content"]["agenda"]["core_goal"] == "一个月内转化率提升 10%"
    assert content["minutes"]["segments"][0]["segment"] == "icebreaker"
    assert list(content["requests"].values()) == ["需求挖掘培训"]
    assert content["names"][str(world.employee_id)].startswith("name of")
    assert [each.destination for each in item.receipts] == ["employee_file"]
    assert (await world.interview(interview_id)).state == facts.INTERVIEW_STATE_ARCHIVED


async def test_while_plan_tracking_is_away_the_case_waits_concluded_and_is_archived_later(world: Any) -> None:
    interview_id = await held_with_requests(world)
    world.neighbours.away = True
    await world.signed(interview_id, world.clock.system())
    await world.sweep()
    assert (await world.interview(interview_id)).state == facts.INTERVIEW_STATE_CONCLUDED

    world.neighbours.away = False
    await world.release_leases()
    await world.sweep()

    assert (await world.interview(interview_id)).state == facts.INTERVIEW_STATE_ARCHIVED
    assert len(await items(world, interview_id)) == 1


async def test_a_later_revision_and_an_amendment_add_items_of_their_own(world: Any) -> None:
    interview_id = await held_with_requests(world)
    await world.signed(interview_id, world.clock.system())
    await world.sweep()
    amended = plans.PlanAmended(plan=world.plan(interview_id), revision=1, amendment=1)
    amended.acknowledged_at.FromDatetime(world.clock.system())
    await world.happens(world.plan_id, amended)
    await world.signed(interview_id, world.clock.system(), revision=2)
    await world.sweep()

    found = await items(world, interview_id)

    assert [(each.kind, each.revision, each.amendment) for each in found] == [
        (pb.ARCHIVE_ITEM_KIND_PACKAGE, 1, 0),
        (pb.ARCHIVE_ITEM_KIND_AMENDMENT, 1, 1),
        (pb.ARCHIVE_ITEM_KIND_REVISION, 2, 0),
    ]
    assert {key[1] for key in await world.steps() if key[0] == "archived"} == {"", "1.1", "2"}
    assert len(await world.harness.published(world.database, events.InterviewConcluded)) == 1


async def test_what_is_archived_after_the_first_review_counts_in_step_rates_only(world: Any) -> None:
    interview_id = await held_with_requests(world)
    await world.signed(interview_id, world.clock.system())
    await world.sweep()
    world.clock.set(world.at("11-13", "10:00"))
    reviewed = plans.PlanReviewed(plan=world.plan(interview_id), first=True)
    reviewed.reviewed_at.FromDatetime(world.clock.system())
    await world.happens(world.plan_id, reviewed)
    world.clock.set(world.at("11-16", "10:00"))
    await world.signed(interview_id, world.clock.system(), revision=2)

    ledger = await world.steps()

    assert ledger["archived", "2"].key.after_first_review
    assert not ledger["archived", ""].key.after_first_review


async def test_a_plan_withdrawn_after_a_refusal_concludes_archives_and_closes_the_case(world: Any) -> None:
    interview_id = await held_with_requests(world)
    withdrawn = plans.PlanWithdrawn(plan=world.plan(interview_id), reason=plan_facts.WITHDRAW_REASON_REFUSED)
    withdrawn.withdrawn_at.FromDatetime(world.clock.system())
    await world.happens(world.plan_id, withdrawn)
    assert (await world.interview(interview_id)).conclusion == facts.CONCLUSION_WITHDRAWN

    await world.sweep()

    assert (await world.interview(interview_id)).state == facts.INTERVIEW_STATE_CLOSED
    (item,) = await items(world, interview_id)
    assert (item.kind, item.revision) == (pb.ARCHIVE_ITEM_KIND_PACKAGE, 0)


async def test_closing_misses_what_was_never_done_and_lets_what_is_not_due_yet_run_out(world: Any) -> None:
    interview_id = await world.open()
    await world.held(interview_id)
    await world.signed(interview_id, world.clock.system())
    await world.sweep()
    closed = plans.PlanClosed(plan=world.plan(interview_id, state=plan_facts.PLAN_STATE_ACHIEVED))
    closed.closed_at.FromDatetime(world.clock.system())
    await world.happens(world.plan_id, closed)

    ledger = await world.steps()
    assert (await world.interview(interview_id)).state == facts.INTERVIEW_STATE_CLOSED
    assert isinstance(ledger["shared", ""], steps.StepMissed)
    assert isinstance(ledger["evaluated", "employee"], steps.StepDue)
    world.clock.set(world.at("10-20", "09:00"))
    await world.sweep()
    assert isinstance((await world.steps())["evaluated", "employee"], steps.StepMissed)


async def test_a_destination_outside_adds_its_receipt_once(world: Any) -> None:
    interview_id = await held_with_requests(world)
    await world.signed(interview_id, world.clock.system())
    await world.sweep()
    (item,) = await items(world, interview_id)
    accepted = notification.ArchiveItemAccepted(
        archive_item_id=item.id, interview_id=interview_id, destination_id="hr-system", receipt="R-1"
    )
    accepted.accepted_at.FromDatetime(world.clock.system())
    for _ in range(2):
        await world.happens(world.plan_id, accepted)

    (item,) = await items(world, interview_id)
    assert sorted(each.destination for each in item.receipts) == ["employee_file", "hr-system"]


async def test_the_archive_is_not_for_the_managers_manager_nor_a_stranger(world: Any) -> None:
    interview_id = await held_with_requests(world)
    await world.signed(interview_id, world.clock.system())
    await world.sweep()
    (item,) = await items(world, interview_id)
    director = world.harness.person(world.tenant_id, world.director_id)
    request = pb.GetArchiveItemRequest(archive_item_id=item.id)

    assert await world.refused(director, "GetArchiveItem", request) == "NOT_FOUND"
    listed = await world.call(director, "ListArchiveItems", pb.ListArchiveItemsRequest(interview_id=interview_id))
    assert not listed.archive_items
