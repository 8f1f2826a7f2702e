from datetime import UTC
from typing import Any

import pytest
from common.ids import new_id
from tandem.interview_record.v1 import briefing_pb2 as briefings
from tandem.interview_record.v1 import dispute_pb2 as pb
from tandem.interview_record.v1 import events_pb2 as events
from tandem.interview_record.v1 import facts_pb2 as facts


@pytest.fixture
async def briefed(world: Any) -> str:
    interview_id = await world.open(shortfall_ids=[world.shortfall_id])
    await world.set_goal(interview_id)
    await world.share(interview_id)
    return interview_id


async def sheet(world: Any, interview_id: str, version: int = 0) -> Any:
    request = briefings.GetDataSheetRequest(interview_id=interview_id, briefing_version=version)
    return (await world.call(world.employee, "GetDataSheet", request)).data_sheet


async def dispute(world: Any, interview_id: str) -> pb.Dispute:
    kpi = (await sheet(world, interview_id)).kpis[0]
    request = pb.OpenDisputeRequest(
        interview_id=interview_id,
        fact_kind=facts.FACT_KIND_KPI_RESULT,
        fact_id=kpi.result.id,
        text="有三条线索没算进去",
    )
    return (await world.call(world.employee, "OpenDispute", request)).dispute


async def test_an_open_dispute_shows_on_the_sheet_and_in_the_facts_that_block_signing(world: Any, briefed: str) -> None:
    opened = await dispute(world, briefed)

    (event,) = await world.harness.published(world.database, events.InterviewDisputeOpened)
    assert opened.decide_by.ToDatetime(tzinfo=UTC) == world.at("10-08", "18:00")
    assert list(event.interview.open_dispute_ids) == [opened.id]
    assert [each.text for each in (await sheet(world, briefed)).disputes] == ["有三条线索没算进去"]
    assert "线索".encode() not in event.SerializeToString()


async def test_an_upheld_dispute_corrects_the_fact_and_shares_the_new_sheet(world: Any, briefed: str) -> None:
    opened = await dispute(world, briefed)
    request = pb.DecideDisputeRequest(
        dispute_id=opened.id, uphold=True, reason="已核对", corrected_actual="20", expected_version=opened.version
    )
    assert await world.refused(world.manager, "DecideDispute", request) == "FORBIDDEN"

    decided = (await world.call(world.hrbp, "DecideDispute", request)).dispute

    before, after = await sheet(world, briefed, 1), await sheet(world, briefed, 2)
    assert decided.state == pb.DISPUTE_STATE_UPHELD
    assert (before.kpis[0].result.actual, after.kpis[0].result.actual) == ("17", "20")
    assert (len(before.shortfalls), len(after.shortfalls)) == (1, 0)
    assert after.disputes[0].decision_reason == "已核对"
    (event,) = await world.harness.published(world.database, events.InterviewDisputeDecided)
    assert event.upheld
    assert not event.interview.open_dispute_ids
    assert event.interview.HasField("last_dispute_decided_at")


async def test_a_rejected_dispute_leaves_the_fact_and_says_why(world: Any, briefed: str) -> None:
    opened = await dispute(world, briefed)
    request = pb.DecideDisputeRequest(
        dispute_id=opened.id, uphold=False, reason="记录完整", expected_version=opened.version
    )
    await world.call(world.hrbp, "DecideDispute", request)

    now = await sheet(world, briefed)
    assert now.kpis[0].result.actual == "17"
    assert (now.disputes[0].state, now.disputes[0].decision_reason) == (pb.DISPUTE_STATE_REJECTED, "记录完整")
    request.expected_version = now.disputes[0].version
    assert await world.refused(world.hrbp, "DecideDispute", request) == "ILLEGAL_TRANSITION"


async def test_only_a_shared_fact_can_be_disputed_and_each_only_once_at_a_time(world: Any, briefed: str) -> None:
    unknown = pb.OpenDisputeRequest(
        interview_id=briefed, fact_kind=facts.FACT_KIND_KPI_RESULT, fact_id=str(new_id()), text="x"
    )
    assert await world.refused(world.employee, "OpenDispute", unknown) == "NOT_FOUND"
    opened = await dispute(world, briefed)
    again = pb.OpenDisputeRequest(
        interview_id=briefed, fact_kind=facts.FACT_KIND_KPI_RESULT, fact_id=opened.fact_id, text="x"
    )
    assert await world.refused(world.employee, "OpenDispute", again) == "ALREADY_DISPUTED"


async def test_before_sharing_nothing_can_be_disputed(world: Any) -> None:
    interview_id = await world.open()
    request = pb.OpenDisputeRequest(
        interview_id=interview_id, fact_kind=facts.FACT_KIND_HIGHLIGHT, fact_id=str(new_id()), text="x"
    )

    assert await world.refused(world.employee, "OpenDispute", request) == "NOT_BRIEFED"


async def test_the_hrbp_lists_open_disputes_of_their_units_and_a_stranger_none(world: Any, briefed: str) -> None:
    opened = await dispute(world, briefed)
    request = pb.ListDisputesRequest(state=pb.DISPUTE_STATE_OPEN)

    mine = await world.call(world.hrbp, "ListDisputes", request)
    elsewhere = world.harness.person(world.tenant_id, new_id(), ("hrbp", new_id()))

    assert [each.id for each in mine.disputes] == [opened.id]
    assert not (await world.call(elsewhere, "ListDisputes", request)).disputes
