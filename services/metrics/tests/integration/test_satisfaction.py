"""Scores as sets of five and more only, whatever is asked one after the other."""

from typing import Any
from uuid import UUID

import grpc
import grpc.aio
import pytest
from tandem.interview_record.v1 import facts_pb2 as interview_facts
from tandem.metrics.v1 import filter_pb2
from tandem.metrics.v1.outcome_pb2 import GetSatisfactionRequest, ListEvaluationResponsesRequest


async def rate(world: Any, count: int, mean: float = 4.5, **person: Any) -> list[Any]:
    """Return that many cases whose employee gave the mean."""
    cases = []
    for _ in range(count):
        cases.append(await world.interview(await world.person(**person)))
        await world.evaluate(cases[-1], mean)
    return cases


async def show(world: Any, who: Any = None, group_by: Any = 0, **filters: Any) -> Any:
    request = GetSatisfactionRequest(filter=filter_pb2.Filter(**filters), group_by=group_by)
    return await world.ask("GetSatisfaction", request, who)


async def is_refused(world: Any, who: Any = None, **filters: Any) -> bool:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await show(world, who, **filters)
    return bool(refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION)


def counts(ratio: Any) -> tuple[int, int]:
    return ratio.part, ratio.whole


async def test_it_is_the_share_of_means_of_four_and_more_with_the_response_rate_beside_it(world: Any) -> None:
    await rate(world, 3, 4.0)
    cases = await rate(world, 2, 3.75)
    await world.evaluate(cases[0], 5.0, "manager")
    silent = await world.interview(await world.person())
    await world.step(silent, "evaluated", "employee", due=world.at("10-19 18:00"))
    reply = await show(world)
    assert (counts(reply.ratio), counts(reply.response)) == ((3, 5), (5, 6))


async def test_fewer_than_five_are_not_shown(world: Any) -> None:
    await rate(world, 4)
    assert await is_refused(world)


async def test_two_filters_that_differ_by_fewer_than_five_are_not_both_shown(world: Any) -> None:
    await rate(world, 8, level="L2")
    await rate(world, 2, level="L3")
    assert counts((await show(world)).ratio) == (10, 10)
    assert await is_refused(world, level="L2")
    # A reader who has not seen the whole may see the part, but then not the whole.
    auditor = world.who(UUID(int=8), "auditor")
    assert counts((await show(world, auditor, level="L2")).ratio) == (8, 8)
    assert await is_refused(world, auditor)
    # Five more of the part tell it apart from the whole as that was shown.
    await rate(world, 5, level="L2")
    assert counts((await show(world, level="L2")).ratio) == (13, 13)


async def test_the_same_view_stands_still_until_five_more_are_in(world: Any) -> None:
    await rate(world, 5)
    assert counts((await show(world)).ratio) == (5, 5)
    await rate(world, 4, 2.0)
    reply = await show(world)
    assert (counts(reply.ratio), counts(reply.response)) == ((5, 5), (9, 9))
    await rate(world, 1, 2.0)
    assert counts((await show(world)).ratio) == (5, 10)


async def test_what_is_left_out_of_the_groups_does_not_follow_from_them(world: Any) -> None:
    for level, count in (("L1", 7), ("L2", 6), ("L3", 3)):
        await rate(world, count, level=level)
    reply = await show(world, group_by=filter_pb2.GROUP_BY_LEVEL)
    assert [(each.key, each.ratio.whole) for each in reply.groups] == [("L1", 7)]
    assert reply.groups_withheld
    assert await is_refused(world, level="L3")


async def test_groups_by_unit_are_all_shown_where_each_is_large_enough(world: Any) -> None:
    await rate(world, 5, unit=world.north)
    await rate(world, 5, 3.0, unit=world.root)
    reply = await show(world, group_by=filter_pb2.GROUP_BY_UNIT)
    assert {each.key: counts(each.ratio) for each in reply.groups} == {
        str(world.north): (5, 5),
        str(world.root): (0, 5),
    }
    assert not reply.groups_withheld
    again = await show(world, group_by=filter_pb2.GROUP_BY_UNIT)
    assert again == reply


async def test_a_manager_sees_what_their_own_people_said_together(world: Any) -> None:
    manager = await world.person()
    await rate(world, 5, manager=manager)
    await rate(world, 5, 2.0)
    assert counts((await show(world, world.who(manager))).ratio) == (5, 5)
    assert await is_refused(world, world.who(await world.person()))


async def test_answers_open_down_to_given_or_not_and_to_nothing_else(world: Any) -> None:
    (given,) = await rate(world, 1)
    silent = await world.interview(await world.person())
    await world.step(silent, "evaluated", "manager", due=world.at("10-19 18:00"))
    waived = await world.interview(await world.person())
    await world.step(waived, "evaluated", "employee", due=world.at("10-19 18:00"), waived=world.at("10-12 18:00"))
    rows = await world.all_pages("ListEvaluationResponses", ListEvaluationResponsesRequest(page_size=1), "responses")
    assert {(row.interview_id, row.evaluator, row.given) for row in rows} == {
        (str(given), interview_facts.EVALUATOR_EMPLOYEE, True),
        (str(silent), interview_facts.EVALUATOR_MANAGER, False),
    }
