"""Who sees what: parties, those above, HR, auditors, owners of a measure, and strangers."""

from typing import Any
from uuid import UUID

from common.identity import Identity
from common.ids import new_id
from tandem.directory.v1 import events_pb2 as directory
from tandem.directory.v1 import facts_pb2 as people
from tandem.plan_tracking.v1 import check_in_pb2, measure_progress_pb2, plan_pb2
from tandem.plan_tracking.v1 import facts_pb2 as facts


async def test_a_manager_above_an_hr_administrator_and_a_machine_see_states_and_no_texts(world: Any) -> None:
    plan_id = await world.in_force()
    await world.check_in(plan_id)
    machine = Identity(world.tenant_id, "machine:bi", "machine", scopes=frozenset({"read"}))
    for identity in (world.person(world.director_id), world.person(new_id(), "hr_admin"), machine):
        plan = await world.plan(plan_id, identity)
        assert plan.state == facts.PLAN_STATE_ACTIVE
        assert len(plan.newest.goals) == 0
        assert {each.name for each in plan.newest.signatures} == {""}
        request = check_in_pb2.ListCheckInsRequest(plan_id=plan_id)
        [period] = (await world.call(identity, "ListCheckIns", request)).periods
        assert (period.check_in.note, len(period.check_in.goals)) == ("", 1)


async def test_each_reading_of_a_text_by_others_is_on_record_for_the_employee(world: Any) -> None:
    plan_id = await world.in_force()
    auditor = world.person(new_id(), "auditor")
    assert len((await world.plan(plan_id, auditor)).newest.goals) == 1
    await world.plan(plan_id, world.hrbp)
    request = plan_pb2.ListPlanReadsRequest(plan_id=plan_id)
    reads = (await world.call(world.employee, "ListPlanReads", request)).reads
    assert [each.reader_id for each in reads] == [str(world.hrbp_id), str(auditor.person_id)]
    assert await world.refused(world.manager, "ListPlanReads", request) == "FORBIDDEN"


async def test_the_owner_of_a_measure_sees_and_reports_on_that_measure_alone(world: Any) -> None:
    plan_id = await world.in_force()
    listed = await world.call(world.trainer, "ListOwnedMeasures", measure_progress_pb2.ListOwnedMeasuresRequest())
    [owned] = listed.measures
    assert (owned.action, owned.employee_id) == ("需求挖掘培训，两次课", str(world.employee_id))
    report = measure_progress_pb2.ReportMeasureProgressRequest(
        plan_id=plan_id,
        measure_id=owned.measure_id,
        state=check_in_pb2.PROGRESS_STATE_DONE,
        percent=100,
        note="两次课已完成",
    )
    await world.call(world.trainer, "ReportMeasureProgress", report)
    theirs = (await world.plan(plan_id)).newest.goals[0].measures[0].id
    report.measure_id = theirs
    assert await world.refused(world.trainer, "ReportMeasureProgress", report) == "NOT_FOUND"
    assert await world.refused(world.trainer, "GetPlan", plan_pb2.GetPlanRequest(plan_id=plan_id)) == "NOT_FOUND"
    progress = await world.call(world.employee, "GetProgress", measure_progress_pb2.GetProgressRequest(plan_id=plan_id))
    assert [(each.percent, each.note) for each in progress.measures] == [(100, "两次课已完成")]
    assert not (
        await world.call(world.trainer, "ListOwnedMeasures", measure_progress_pb2.ListOwnedMeasuresRequest())
    ).measures
    seen = await world.call(
        world.trainer, "ListMeasureProgress", measure_progress_pb2.ListMeasureProgressRequest(plan_id=plan_id)
    )
    assert [each.measure_id for each in seen.reports] == [owned.measure_id]


async def test_lists_hold_exactly_what_the_caller_may_see(world: Any) -> None:
    plan_id = await world.in_force()
    others = (world.trainer, world.person(new_id()), world.person(new_id(), ("hrbp", new_id())))
    for identity in others:
        assert await _listed(world, identity) == []
    readers = (
        world.employee,
        world.manager,
        world.hrbp,
        world.person(world.director_id),
        world.person(new_id(), "auditor"),
    )
    for identity in readers:
        assert await _listed(world, identity) == [plan_id]
    assert await _listed(world, world.manager, states=[facts.PLAN_STATE_DRAFT]) == []
    assert await _listed(world, world.manager, under_unit_id=str(world.unit_id)) == [plan_id]


async def test_a_unit_that_moves_takes_its_cases_to_the_new_units_hrbp(world: Any) -> None:
    plan_id = await world.in_force()
    parent_id = new_id()
    above = world.person(new_id(), ("hrbp", parent_id))
    assert await _listed(world, above) == []
    unit = people.UnitFacts(unit_id=str(world.unit_id), path=[str(parent_id), str(world.unit_id)], active=True)
    await world.happens(world.unit_id, directory.UnitChanged(unit=unit))
    assert await _listed(world, above) == [plan_id]


async def test_a_new_manager_in_the_line_above_sees_states_at_once(world: Any) -> None:
    plan_id = await world.in_force()
    top_id = new_id()
    top = world.person(top_id)
    assert await _listed(world, top) == []
    moved = world.facts_of(world.director_id, top_id)
    await world.happens(world.director_id, directory.PersonManagerChanged(person=moved))
    assert await _listed(world, top) == [plan_id]


async def test_another_tenant_sees_nothing_whatever_its_roles(world: Any) -> None:
    plan_id = await world.in_force()
    other = world.harness.person(new_id(), world.employee_id, "hr_admin", "auditor")
    request = plan_pb2.GetPlanRequest(plan_id=plan_id)
    assert await world.refused(other, "GetPlan", request) == "NOT_FOUND"
    assert await _listed(world, other) == []


async def test_plans_are_paged_newest_first(world: Any) -> None:
    first = await world.in_force()
    await world.opens()
    world.clock.set(world.at("10-20", "10:00"))
    second = await world.draft()
    request = plan_pb2.ListPlansRequest(page_size=1)
    page = await world.call(world.manager, "ListPlans", request)
    assert [each.id for each in page.plans] == [second]
    request.page_token = page.next_page_token
    page = await world.call(world.manager, "ListPlans", request)
    assert ([each.id for each in page.plans], page.next_page_token) == ([first], "")
    assert await world.refused(world.employee, "ListPlans", request) == "INVALID_REQUEST"


async def _listed(world: Any, identity: Any, **narrowed: Any) -> list[str]:
    found = await world.call(identity, "ListPlans", plan_pb2.ListPlansRequest(**narrowed))
    assert all(UUID(each.id) for each in found.plans)
    return [each.id for each in found.plans]
