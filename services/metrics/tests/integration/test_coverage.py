"""Who has had a concluded interview, of those who should."""

from typing import Any

import pytest
from common.ids import new_id
from tandem.interview_record.v1 import events_pb2 as interview_record
from tandem.interview_record.v1 import facts_pb2 as interview_facts
from tandem.metrics.v1 import filter_pb2
from tandem.metrics.v1.coverage_pb2 import GetCoverageRequest, ListCoveragePeopleRequest
from tandem.metrics.v1.target_pb2 import SetTargetsRequest


async def concluded(world: Any, person: Any, at: str, cycle: Any = None) -> Any:
    return await world.interview(person, cycle, state="concluded", concluded_at=world.at(at))


def part_and_whole(reply: Any) -> tuple[int, int]:
    return reply.ratio.part, reply.ratio.whole


@pytest.fixture
async def people(world: Any) -> list[Any]:
    """Return three people who count; two more, of no core family and without a row of their own, do not."""
    await world.tenant(world.at("09-01 08:00"))
    found = [await world.person(unit=unit) for unit in (world.north, world.north, world.root)]
    await world.person(job_family="functional", core_family=False)
    await world.person(placeholder=True)
    world.clock.set(world.at("11-20 09:00"))
    return found


async def test_active_people_of_core_families_count_once_each(world: Any, people: Any) -> None:
    await concluded(world, people[0], "10-13 09:30")
    await concluded(world, people[0], "11-13 09:30")
    await world.interview(people[1])
    reply = await world.ask("GetCoverage", GetCoverageRequest())
    assert part_and_whole(reply) == (1, 3)
    assert reply.programme_starts_on == "2026-09-01"
    await world.person(id=people[1], active=False)
    assert part_and_whole(await world.ask("GetCoverage", GetCoverageRequest())) == (1, 2)


async def test_what_was_concluded_before_the_programme_started_does_not_cover(world: Any, people: Any) -> None:
    await concluded(world, people[0], "10-13 09:30")
    request = SetTargetsRequest(programme_starts_on="2026-10-14")
    await world.ask("SetTargets", request)
    reply = await world.ask("GetCoverage", GetCoverageRequest())
    assert (part_and_whole(reply), reply.programme_starts_on) == ((0, 3), "2026-10-14")


async def test_by_month_it_says_how_far_it_had_come(world: Any, people: Any) -> None:
    await concluded(world, people[0], "09-30 23:30")
    await concluded(world, people[0], "10-13 09:30")
    await concluded(world, people[1], "11-13 09:30")
    reply = await world.ask("GetCoverage", GetCoverageRequest(group_by=filter_pb2.GROUP_BY_MONTH))
    groups = {each.key: (each.ratio.part, each.ratio.whole) for each in reply.groups}
    assert groups == {"2026-09": (1, 3), "2026-11": (2, 3)}
    until = filter_pb2.Filter(from_month="2026-10", until_month="2026-10")
    assert part_and_whole(await world.ask("GetCoverage", GetCoverageRequest(filter=until))) == (1, 3)


async def test_by_unit_each_group_is_a_part_of_the_whole(world: Any, people: Any) -> None:
    await concluded(world, people[0], "10-13 09:30")
    reply = await world.ask("GetCoverage", GetCoverageRequest(group_by=filter_pb2.GROUP_BY_UNIT))
    groups = {each.key: (each.ratio.part, each.ratio.whole) for each in reply.groups}
    assert groups == {str(world.north): (1, 2), str(world.root): (0, 1)}


async def test_it_opens_down_to_people_and_the_interview_that_covers_them(world: Any, people: Any) -> None:
    covering = await concluded(world, people[0], "10-13 09:30")
    unfinished = await world.interview(people[1])
    rows = await world.all_pages("ListCoveragePeople", ListCoveragePeopleRequest(page_size=2), "people")
    found = {row.person_id: (row.covered, row.interview_id, row.interview_state) for row in rows}
    assert found == {
        str(people[0]): (True, str(covering), interview_facts.INTERVIEW_STATE_CONCLUDED),
        str(people[1]): (False, str(unfinished), interview_facts.INTERVIEW_STATE_OPEN),
        str(people[2]): (False, "", interview_facts.INTERVIEW_STATE_UNSPECIFIED),
    }
    only = await world.ask("ListCoveragePeople", ListCoveragePeopleRequest(covered=True))
    assert [row.person_id for row in only.people] == [str(people[0])]


async def test_a_cycle_counts_against_its_population_as_it_was_at_launch(world: Any, people: Any) -> None:
    cycle = new_id()
    mine = await concluded(world, people[0], "10-13 09:30", cycle)
    # Covered by another occasion, which is not this cycle's.
    await concluded(world, people[1], "10-13 09:30")
    members = [
        interview_record.CycleMember(
            person_id=str(person),
            dimensions=world.dimensions(person, cycle),
            interview_id=str(mine) if person == people[0] else "",
            left_out_reason=0 if person == people[0] else interview_facts.LEFT_OUT_REASON_HAS_OPEN_INTERVIEW,
        )
        for person in people[:2]
    ]
    await world.say(cycle, interview_record.CyclePopulationFrozen(cycle_id=str(cycle), members=members))
    await world.person(id=people[0], active=False, unit=world.south)
    request = GetCoverageRequest(filter=filter_pb2.Filter(cycle_id=str(cycle), under_unit_id=str(world.north)))
    reply = await world.ask("GetCoverage", request)
    assert part_and_whole(reply) == (1, 2)
    assert dict(reply.left_out_by_reason) == {"has_open_interview": 1}
    rows = (await world.ask("ListCoveragePeople", ListCoveragePeopleRequest(filter=request.filter))).people
    reasons = {row.person_id: row.left_out_reason for row in rows}
    assert reasons == {str(people[0]): 0, str(people[1]): interview_facts.LEFT_OUT_REASON_HAS_OPEN_INTERVIEW}
    by_cycle = await world.ask("GetCoverage", GetCoverageRequest(group_by=filter_pb2.GROUP_BY_CYCLE))
    assert part_and_whole(by_cycle) == (1, 2)
    assert [(each.key, each.ratio.part, each.ratio.whole) for each in by_cycle.groups] == [(str(cycle), 1, 2)]
