"""Cycles: who is in and why not, launched in chunks, closed, cancelled."""

from typing import Any

from common.ids import new_id
from tandem.directory.v1 import facts_pb2 as people
from tandem.interview_record.v1 import cycle_pb2 as pb
from tandem.interview_record.v1 import events_pb2 as events
from tandem.interview_record.v1 import interview_pb2
from tandem.interview_record.v1.facts_pb2 import LeftOutReason

OPEN_INTERVIEW = {"open": 2}


def draft(world: Any, **rule: Any) -> pb.CreateCycleRequest:
    request = pb.CreateCycleRequest(
        playbook_id=world.standard_id,
        period_from="2026-09-01",
        period_until="2026-09-30",
        window_from="2026-10-08",
        window_until="2026-10-23",
        population=pb.PopulationRule(**{"unit_ids": [str(world.sales_id)], **rule}),
    )
    request.name.zh_cn = "三季度面谈"
    return request


async def created(world: Any, **rule: Any) -> pb.Cycle:
    return (await world.call(world.hrbp, "CreateCycle", draft(world, **rule))).cycle


async def launched(world: Any, cycle: pb.Cycle) -> pb.Cycle:
    request = pb.LaunchCycleRequest(cycle_id=cycle.id, expected_version=cycle.version)
    await world.call(world.hrbp, "LaunchCycle", request)
    await world.settle()
    return (await world.call(world.hrbp, "GetCycle", pb.GetCycleRequest(cycle_id=cycle.id))).cycle


async def reasons(world: Any, cycle: pb.Cycle) -> dict[str, str]:
    """Everybody's number with the word of why they are left out, empty for who is in."""
    answer = await world.call(world.hrbp, "PreviewCycle", pb.PreviewCycleRequest(cycle_id=cycle.id, page_size=200))
    names = {str(person_id): number for number, person_id in world.numbers.items()}
    assert answer.included + answer.left_out == len(answer.members)
    return {
        names[each.person_id]: LeftOutReason.Name(each.left_out_reason).removeprefix("LEFT_OUT_REASON_").lower()
        if not each.included
        else ""
        for each in answer.members
    }


async def test_a_preview_says_who_is_in_and_why_everybody_else_is_not(world: Any) -> None:
    await world.team(2)
    await world.person("S03", job_family="technical")
    await world.person("S04", left_on="2026-10-15")
    await world.person("S05", employee_type=people.EMPLOYEE_TYPE_NEW_HIRE)
    await world.person("S06", hired_on="2026-09-01")
    await world.person("S07", placeholder=True)
    await world.person("S08", active=False)
    await world.person("E01", unit_id=world.root_id)
    excluded = str(await world.person("S09"))
    cycle = await created(
        world,
        job_families=["sales"],
        employee_types=[people.EMPLOYEE_TYPE_REGULAR],
        hired_until="2026-06-30",
        exclude_person_ids=[excluded],
    )
    assert await reasons(world, cycle) == {
        "M01": "not_in_family",
        "S01": "",
        "S02": "",
        "S03": "not_in_family",
        "S04": "leaving",
        "S05": "not_of_type",
        "S06": "hired_too_late",
        "S07": "placeholder",
        "S09": "excluded",
    }


async def test_a_cycle_over_accepted_shortfalls_opens_an_interview_for_each_with_its_shortfall(world: Any) -> None:
    await world.team(3)
    await world.months({"S01": [10], "S02": [10], "S03": [20]}, target="20")
    for found in await world.shortfalls():
        await world.accept(found)
    cycle = await launched(world, await created(world, with_accepted_shortfall=True))
    assert (cycle.state, cycle.members, cycle.left_out) == (2, 2, 2)
    assert dict(cycle.interviews_by_state) == OPEN_INTERVIEW
    request = interview_pb2.ListInterviewsRequest(cycle_id=cycle.id)
    interviews = (await world.call(world.hrbp, "ListInterviews", request)).interviews
    assert {each.employee_id for each in interviews} == {str(world.numbers[name]) for name in ("S01", "S02")}
    assert all([s.shortfall_type for s in each.shortfalls] == ["skill"] for each in interviews)
    assert {each.hold_by for each in interviews} == {"2026-10-23"}
    left_out = pb.ListCycleMembersRequest(cycle_id=cycle.id, left_out_only=True)
    members = (await world.call(world.hrbp, "ListCycleMembers", left_out)).members
    assert {LeftOutReason.Name(each.left_out_reason) for each in members} == {"LEFT_OUT_REASON_NO_ACCEPTED_SHORTFALL"}


async def test_the_frozen_population_is_published_once_with_the_interviews(world: Any) -> None:
    await world.team(60)
    cycle = await launched(world, await created(world))
    operation = await world.operation(cycle.launch_operation_id)
    assert (operation.state, operation.result["opened"], operation.done) == ("succeeded", 61, 61)
    frozen = await world.harness.published(world.database, events.CyclePopulationFrozen)
    members = [member for each in frozen for member in each.members]
    assert len(members) == len({each.person_id for each in members}) == 61
    opened = await world.harness.published(world.database, events.InterviewOpened)
    assert {each.interview.interview_id for each in opened} == {each.interview_id for each in members}
    (message,) = await world.harness.published(world.database, events.CycleLaunched)
    assert (message.cycle.playbook_id, message.cycle.playbook_version) == (world.standard_id, 1)


async def test_interviews_under_a_placeholder_open_without_a_manager(world: Any) -> None:
    nobody = await world.person("P01", placeholder=True)
    await world.person("S01", manager=nobody)
    cycle = await created(world, job_families=["sales"])
    answer = await world.call(world.hrbp, "PreviewCycle", pb.PreviewCycleRequest(cycle_id=cycle.id, included_only=True))
    assert [each.needs_manager for each in answer.members] == [True]
    await launched(world, cycle)
    (opened,) = await world.harness.published(world.database, events.InterviewOpened)
    assert opened.interview.needs_manager


async def test_who_has_an_open_interview_is_left_out_of_the_next_cycle(world: Any) -> None:
    await world.team(1)
    await launched(world, await created(world, job_families=["sales"]))
    again = await created(world, job_families=["sales"])
    assert (await reasons(world, again))["S01"] == "has_open_interview"


async def test_a_person_whose_calendar_is_unknown_is_left_out_and_the_others_open(world: Any) -> None:
    await world.team(1)
    await world.person("S02", calendar_code="MARS")
    cycle = await launched(world, await created(world, job_families=["sales"]))
    assert (cycle.members, cycle.left_out) == (1, 2)
    request = pb.ListCycleMembersRequest(cycle_id=cycle.id, left_out_only=True)
    members = (await world.call(world.hrbp, "ListCycleMembers", request)).members
    assert "LEFT_OUT_REASON_CALENDAR_UNKNOWN" in {LeftOutReason.Name(each.left_out_reason) for each in members}


async def test_named_people_are_in_whatever_the_rule_says(world: Any) -> None:
    await world.team(1)
    named = await world.person("S02", job_family="technical")
    cycle = await created(world, job_families=["sales"], include_person_ids=[str(named)])
    assert (await reasons(world, cycle))["S02"] == ""


async def test_a_cancelled_cycle_takes_its_unbriefed_interviews_along(world: Any) -> None:
    await world.team(2)
    cycle = await launched(world, await created(world, job_families=["sales"]))
    request = pb.CancelCycleRequest(cycle_id=cycle.id, reason="推迟", expected_version=cycle.version)
    await world.call(world.hrbp, "CancelCycle", request)
    await world.settle()
    after = (await world.call(world.hrbp, "GetCycle", pb.GetCycleRequest(cycle_id=cycle.id))).cycle
    assert (after.state, dict(after.interviews_by_state)) == (4, {"cancelled": 2})
    cancelled = await world.harness.published(world.database, events.InterviewCancelled)
    assert len(cancelled) == 2


async def test_each_state_allows_what_is_its_and_names_itself_otherwise(world: Any) -> None:
    await world.team(1)
    cycle = await created(world, job_families=["sales"])
    close = pb.CloseCycleRequest(cycle_id=cycle.id, expected_version=cycle.version)
    assert await world.refused(world.hrbp, "CloseCycle", close) == "ILLEGAL_TRANSITION"
    running = await launched(world, cycle)
    update = pb.UpdateCycleRequest(
        cycle_id=cycle.id,
        name=running.name,
        playbook_id=running.playbook_id,
        period_from="2026-09-01",
        period_until="2026-09-30",
        window_from="2026-10-08",
        window_until="2026-10-23",
        population=running.population,
        expected_version=running.version,
    )
    assert await world.refused(world.hrbp, "UpdateCycle", update) == "ILLEGAL_TRANSITION"
    close.expected_version = running.version
    closed = (await world.call(world.hrbp, "CloseCycle", close)).cycle
    assert (closed.state, dict(closed.interviews_by_state)) == (3, {"open": 1})
    (message,) = await world.harness.published(world.database, events.CycleClosed)
    assert message.cycle.cycle_id == cycle.id


async def test_a_window_that_leaves_no_day_for_notice_is_refused(world: Any) -> None:
    await world.team(1)
    request = draft(world)
    # Tuesday the 29th: the third working day after it is Friday the 2nd.
    request.window_from, request.window_until = "2026-09-30", "2026-10-01"
    assert await world.refused(world.hrbp, "CreateCycle", request) == "WINDOW_TOO_SHORT"
    request.window_until = "2026-10-02"
    await world.call(world.hrbp, "CreateCycle", request)
    request.period_until = "2026-08-01"
    assert await world.refused(world.hrbp, "CreateCycle", request) == "ENDS_BEFORE_IT_BEGINS"


async def test_an_hrbp_runs_cycles_in_their_units_only(world: Any) -> None:
    await world.team(1)
    whole = draft(world, unit_ids=[])
    assert await world.refused(world.hrbp, "CreateCycle", whole) == "NOT_FOUND"
    cycle = (await world.call(world.admin, "CreateCycle", whole)).cycle
    assert await world.refused(world.manager, "CreateCycle", draft(world)) == "NOT_FOUND"
    get = pb.GetCycleRequest(cycle_id=cycle.id)
    assert await world.refused(world.hrbp, "GetCycle", get) == "NOT_FOUND"
    assert not (await world.call(world.hrbp, "ListCycles", pb.ListCyclesRequest())).cycles
    assert len((await world.call(world.admin, "ListCycles", pb.ListCyclesRequest())).cycles) == 1
    outside = str(await world.person("E01", unit_id=world.root_id))
    assert await world.refused(world.hrbp, "CreateCycle", draft(world, include_person_ids=[outside])) == "NOT_FOUND"


async def test_a_preview_is_paged(world: Any) -> None:
    await world.team(5)
    cycle = await created(world, job_families=["sales"])
    request, seen = pb.PreviewCycleRequest(cycle_id=cycle.id, page_size=2), []
    while True:
        answer = await world.call(world.hrbp, "PreviewCycle", request)
        seen += [each.person_id for each in answer.members]
        if not answer.next_page_token:
            break
        request.page_token = answer.next_page_token
    assert sorted(seen) == sorted(str(each) for each in world.numbers.values())


async def test_a_tenant_with_another_is_not_seen(world: Any) -> None:
    await world.team(1)
    cycle = await created(world)
    other = world.harness.person(new_id(), new_id(), "hr_admin")
    assert await world.refused(other, "GetCycle", pb.GetCycleRequest(cycle_id=cycle.id)) == "NOT_FOUND"
