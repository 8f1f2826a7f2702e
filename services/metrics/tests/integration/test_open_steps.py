"""What is open, by due date: the read model behind "today", boards and overdue lists."""

from typing import Any

import grpc
import grpc.aio
import pytest
from common.steps import Step
from tandem.common.v1.steps_pb2 import STEP_ARCHIVED, STEP_CHECKED_IN, STEP_HELD
from tandem.metrics.v1 import filter_pb2, ledger_pb2
from tandem.metrics.v1.open_step_pb2 import CountOpenStepsRequest, ListOpenStepsRequest

DUES = ("10-11 18:00", "10-12 18:00", "10-13 18:00", "10-19 23:59", "10-20 18:00")


@pytest.fixture
async def interview(world: Any) -> Any:
    interview = await world.interview(await world.person(await world.person()))
    for due in reversed(DUES):
        await world.step(interview, Step.CHECKED_IN, due, due=world.at(due))
    await world.step(interview, Step.SHARED)
    await world.step(interview, Step.HELD, due=world.at("10-12 18:00"), done=world.at("10-12 14:00"))
    world.clock.set(world.at("10-12 09:00"))
    return interview


async def test_open_rows_come_by_due_date_and_the_undated_last(world: Any, interview: Any) -> None:
    rows = await world.all_pages("ListOpenSteps", ListOpenStepsRequest(page_size=2), "rows")
    assert [row.occurrence for row in rows] == [*DUES, ""]
    assert [row.verdict for row in rows] == [ledger_pb2.VERDICT_OVERDUE, *[ledger_pb2.VERDICT_OPEN] * 5]


async def test_they_are_narrowed_by_what_is_asked(world: Any, interview: Any) -> None:
    overdue = await world.ask("ListOpenSteps", ListOpenStepsRequest(overdue_only=True))
    assert [row.occurrence for row in overdue.rows] == [DUES[0]]
    until = ListOpenStepsRequest(interview_id=str(interview))
    until.due_until.FromDatetime(world.at("10-13 18:00"))
    assert [row.occurrence for row in (await world.ask("ListOpenSteps", until)).rows] == [*DUES[:3]]
    assert not (await world.ask("ListOpenSteps", ListOpenStepsRequest(step=STEP_HELD))).rows


async def test_they_are_counted_by_the_readers_own_day(world: Any, interview: Any) -> None:
    total = (await world.ask("CountOpenSteps", CountOpenStepsRequest())).total
    assert (total.overdue, total.due_today, total.due_within_a_week, total.later) == (1, 1, 2, 2)
    early = await world.person(time_zone="America/Los_Angeles", unit=world.root)
    reply = await world.ask("CountOpenSteps", CountOpenStepsRequest(), world.who(early, "hr_admin"))
    # There it is still the evening of the eleventh, so that the week ends on the eighteenth.
    assert (reply.total.due_today, reply.total.due_within_a_week, reply.total.later) == (0, 2, 3)


async def test_each_child_of_a_unit_stands_for_all_under_it_and_the_unit_for_its_own(
    world: Any, interview: Any
) -> None:
    own = await world.interview(await world.person(unit=world.root))
    await world.step(own, Step.SHARED, due=world.at("10-12 18:00"))
    request = CountOpenStepsRequest(group_by=filter_pb2.GROUP_BY_UNIT)
    groups = (await world.ask("CountOpenSteps", request)).groups
    assert {each.key: each.due_today for each in groups} == {str(world.north): 1, str(world.root): 1}


async def test_the_ledger_is_narrowed_by_verdict_dimension_and_month(world: Any, interview: Any) -> None:
    async def count(**filters: Any) -> int:
        verdicts = filters.pop("verdicts", [])
        request = ledger_pb2.ListLedgerRequest(filter=filter_pb2.Filter(**filters), verdicts=verdicts, page_size=3)
        return len(await world.all_pages("ListLedger", request, "rows"))

    assert await count() == 7
    assert await count(verdicts=[ledger_pb2.VERDICT_MET, ledger_pb2.VERDICT_OVERDUE]) == 2
    assert await count(from_month="2026-10", until_month="2026-10") == 6
    assert await count(from_month="2026-11") == 0
    assert await count(job_family="sales", level="L2", under_unit_id=str(world.root), core_families_only=True) == 7
    assert await count(job_family="technical") == 0
    assert await count(under_unit_id=str(world.south)) == 0


async def test_follow_up_steps_count_for_the_manager_on_their_due_date(world: Any, interview: Any) -> None:
    first = world.interviews[interview].manager_id
    successor = await world.person()
    await world.step(
        interview, Step.CHECKED_IN, DUES[4], due=world.at(DUES[4]), done=world.at(DUES[4]), manager=successor
    )
    await world.step(interview, Step.ARCHIVED, due=world.at("10-14 18:00"), manager=successor)
    for manager, checks, archived in ((first, 4, 1), (str(successor), 1, 0)):
        request = ledger_pb2.ListLedgerRequest(filter=filter_pb2.Filter(manager_id=manager))
        rows = (await world.ask("ListLedger", request)).rows
        found = [row.step for row in rows]
        assert (found.count(STEP_CHECKED_IN), found.count(STEP_ARCHIVED)) == (checks, archived)


async def test_a_page_token_fits_its_own_question_only(world: Any, interview: Any) -> None:
    token = (await world.ask("ListOpenSteps", ListOpenStepsRequest(page_size=1))).next_page_token
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.ask("ListOpenSteps", ListOpenStepsRequest(overdue_only=True, page_token=token))
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_a_month_that_is_none_is_refused(world: Any) -> None:
    request = ledger_pb2.ListLedgerRequest(filter=filter_pb2.Filter(from_month="2026-13"))
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.ask("ListLedger", request)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
