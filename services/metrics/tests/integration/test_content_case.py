"""The case that content.md works out by hand comes out of the events row by row."""

from typing import Any
from uuid import UUID

from common.steps import Step
from tandem.common.v1.steps_pb2 import Step as PbStep
from tandem.metrics.v1 import compliance_pb2, ledger_pb2

# (step, occurrence, due, done or None for a missed one, after the first review)
CASE = [
    (Step.DATA_READY, "", "10-08 18:00", "09-29 11:00", False),
    (Step.GOAL_SET, "", "10-08 18:00", "09-29 11:30", False),
    (Step.BOOKED, "", "10-20 18:00", "09-30 10:00", False),
    (Step.SHARED, "", "10-08 18:00", "10-08 17:20", False),
    (Step.SELF_ANALYSIS, "", "10-12 14:00", "10-11 21:00", False),
    (Step.HELD, "", "10-23 18:00", "10-12 14:50", False),
    (Step.AGREED, "", "10-14 18:00", "10-12 15:10", False),
    (Step.SIGNED, "", "10-14 18:00", "10-13 09:30", False),
    (Step.ARCHIVED, "1", "10-14 18:00", "10-13 09:31", False),
    (Step.ARCHIVED, "1.1", "10-23 18:00", "10-22 10:01", False),
    (Step.EVALUATED, "employee", "10-19 18:00", "10-16 12:00", False),
    (Step.EVALUATED, "manager", "10-19 18:00", "10-20 09:00", False),
    (Step.CHECKED_IN, "2026-10-20", "10-20 18:00", "10-20 16:00", False),
    (Step.CHECKED_IN, "2026-10-27", "10-27 18:00", "10-27 11:00", False),
    (Step.CHECKED_IN, "2026-11-03", "11-03 18:00", None, False),
    (Step.CHECKED_IN, "2026-11-10", "11-10 18:00", "11-10 15:00", False),
    (Step.REVIEWED, "", "11-13 18:00", "11-13 10:00", False),
    (Step.SIGNED, "2", "11-17 18:00", "11-16 10:00", True),
]
IN_TIME = {(Step.EVALUATED, "manager"): "10-19 17:00", (Step.CHECKED_IN, "2026-11-03"): "11-03 12:00"}


async def tell(world: Any, changed: dict[tuple[Step, str], str]) -> UUID:
    manager = await world.person()
    employee = await world.person(manager)
    interview = await world.interview(employee, opened_at=world.at("09-28 09:00"))
    # As it happens: the booking and what precedes it are open before they are dated.
    for step, occurrence in ((Step.DATA_READY, ""), (Step.SHARED, ""), (Step.SELF_ANALYSIS, "")):
        await world.step(interview, step, occurrence)
    for step, occurrence, due_at, done_at, later in CASE:
        due, acted = world.at(due_at), changed.get((step, occurrence), done_at)
        await world.step(interview, step, occurrence, due=due, later=later)
        ended = {"done": world.at(acted)} if acted else {"missed": due}
        await world.step(interview, step, occurrence, due=due, later=later, **ended)
    return interview


def table(world: Any, rows: Any) -> list[tuple[str, str, str, str]]:
    return sorted(
        (PbStep.Name(row.step), row.occurrence, world.local(row.due_at), ledger_pb2.Verdict.Name(row.verdict))
        for row in rows
    )


async def test_the_ledger_equals_the_table(world: Any) -> None:
    interview = await tell(world, {})
    world.clock.set(world.at("11-20 09:00"))
    reply = await world.ask("GetInterviewLedger", ledger_pb2.GetInterviewLedgerRequest(interview_id=str(interview)))
    bad = {(Step.EVALUATED, "manager"): "LATE", (Step.CHECKED_IN, "2026-11-03"): "MISSED"}
    assert table(world, reply.rows) == sorted(
        (f"STEP_{step.upper()}", occurrence, due, f"VERDICT_{bad.get((step, occurrence), 'MET')}")
        for step, occurrence, due, _, _ in CASE
    )
    assert reply.counts
    assert not reply.compliant


async def test_done_in_time_the_same_case_is_compliant(world: Any) -> None:
    interview = await tell(world, IN_TIME)
    world.clock.set(world.at("11-20 09:00"))
    reply = await world.ask("GetInterviewLedger", ledger_pb2.GetInterviewLedgerRequest(interview_id=str(interview)))
    assert {row.verdict for row in reply.rows} == {ledger_pb2.VERDICT_MET}
    assert reply.counts
    assert reply.compliant


async def test_the_case_counts_once_the_first_review_is_due(world: Any) -> None:
    await tell(world, {})
    for now, whole in (("11-13 18:00", 0), ("11-13 18:01", 1)):
        world.clock.set(world.at(now))
        reply = await world.ask("GetCompliance", compliance_pb2.GetComplianceRequest())
        assert (reply.ratio.part, reply.ratio.whole) == (0, whole)


async def test_the_figure_opens_down_to_the_two_rows_that_failed(world: Any) -> None:
    interview = await tell(world, {})
    world.clock.set(world.at("11-20 09:00"))
    reply = await world.ask("ListComplianceInterviews", compliance_pb2.ListComplianceInterviewsRequest(compliant=False))
    assert [each.interview_id for each in reply.interviews] == [str(interview)]
    assert world.local(reply.interviews[0].last_due_at) == "11-13 18:00"
    assert table(world, reply.interviews[0].failed_rows) == [
        ("STEP_CHECKED_IN", "2026-11-03", "11-03 18:00", "VERDICT_MISSED"),
        ("STEP_EVALUATED", "manager", "10-19 18:00", "VERDICT_LATE"),
    ]


async def test_each_step_has_its_own_rate_rows_after_the_review_included(world: Any) -> None:
    await tell(world, {})
    world.clock.set(world.at("11-20 09:00"))
    reply = await world.ask("ListStepRates", compliance_pb2.ListStepRatesRequest())
    rates = {PbStep.Name(each.step): each for each in reply.rates}
    assert len(rates) == 12
    assert (rates["STEP_CHECKED_IN"].ratio.part, rates["STEP_CHECKED_IN"].ratio.whole) == (3, 4)
    assert (rates["STEP_CHECKED_IN"].missed, rates["STEP_EVALUATED"].late) == (1, 1)
    assert rates["STEP_SIGNED"].ratio.whole == 2
    assert rates["STEP_SIGNED"].ratio.percent == 100
