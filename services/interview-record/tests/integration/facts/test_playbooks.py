"""Playbooks: built in for every tenant, derived, versioned; and what plans in force get to hear."""

from typing import Any

from common.ids import new_id
from interview_record.facts_snapshots import FACTS_SNAPSHOTS
from tandem.directory.v1 import events_pb2 as directory
from tandem.directory.v1 import facts_pb2 as people
from tandem.interview_record.v1 import events_pb2 as events
from tandem.interview_record.v1 import playbook_pb2 as pb
from tandem.plan_tracking.v1 import events_pb2 as plans
from tandem.plan_tracking.v1 import facts_pb2 as plan_facts


async def listed(world: Any, **more: Any) -> list[pb.Playbook]:
    return list((await world.call(world.admin, "ListPlaybooks", pb.ListPlaybooksRequest(**more))).playbooks)


async def derived(world: Any, code: str = "own", **more: Any) -> pb.Playbook:
    request = pb.DerivePlaybookRequest(from_playbook_id=world.standard_id, code=code, **more)
    request.name.zh_cn = "自定"
    return (await world.call(world.admin, "DerivePlaybook", request)).playbook


async def updated(world: Any, playbook: pb.Playbook) -> pb.Playbook:
    request = pb.UpdatePlaybookRequest(playbook_id=playbook.id, rules=playbook.rules, expected_version=playbook.version)
    return (await world.call(world.admin, "UpdatePlaybook", request)).playbook


async def published(world: Any, playbook: pb.Playbook) -> pb.Playbook:
    request = pb.PublishPlaybookRequest(playbook_id=playbook.id, expected_version=playbook.version)
    return (await world.call(world.admin, "PublishPlaybook", request)).playbook


async def test_every_tenant_has_both_built_in_playbooks_once(world: Any) -> None:
    tenant = people.TenantFacts(tenant_id=str(world.tenant_id))
    await world.happens(world.tenant_id, directory.TenantSnapshot(tenant=tenant))
    light, standard = await listed(world)
    assert (light.code, standard.code, standard.id) == ("light", "standard", world.standard_id)
    assert (standard.rules.notice.notice_days, light.rules.notice.notice_days) == (3, 1)
    assert [each.minutes for each in standard.rules.session.segments] == [5, 15, 20, 10]
    assert (standard.rules.signing.fresh_login_seconds, standard.rules.remind_before_days) == (300, 1)
    assert len(await world.harness.published(world.database, events.PlaybookPublished)) == 2


async def test_a_built_in_playbook_never_changes(world: Any) -> None:
    _, standard = await listed(world)
    request = pb.UpdatePlaybookRequest(playbook_id=standard.id, rules=standard.rules, expected_version=1)
    assert await world.refused(world.admin, "UpdatePlaybook", request) == "BUILT_IN"


async def test_a_derived_playbook_is_drafted_published_and_drafted_anew(world: Any) -> None:
    draft = await derived(world, unit_id=str(world.sales_id))
    assert (draft.draft, draft.playbook_version, draft.published_version) == (True, 1, 0)
    assert [each.code for each in await listed(world, published_only=True)] == ["light", "standard"]
    draft.rules.follow_up.check_in_every_days = 10
    first = await published(world, await updated(world, draft))
    assert (first.draft, first.playbook_version) == (False, 1)
    first.rules.follow_up.check_in_every_days = 5
    second = await updated(world, first)
    assert (second.draft, second.playbook_version, second.published_version) == (True, 2, 1)
    old = await world.call(world.admin, "GetPlaybook", pb.GetPlaybookRequest(playbook_id=draft.id, playbook_version=1))
    assert old.playbook.rules.follow_up.check_in_every_days == 10
    again = await published(world, second)
    assert (again.playbook_version, again.rules.follow_up.check_in_every_days) == (2, 5)
    nothing = pb.PublishPlaybookRequest(playbook_id=draft.id, expected_version=again.version)
    assert await world.refused(world.admin, "PublishPlaybook", nothing) == "NOTHING_TO_PUBLISH"


async def test_changing_a_draft_twice_at_once_lets_one_through(world: Any) -> None:
    draft = await derived(world)
    draft.rules.follow_up.check_in_every_days = 10
    await updated(world, draft)
    stale = pb.UpdatePlaybookRequest(playbook_id=draft.id, rules=draft.rules, expected_version=draft.version)
    assert await world.refused(world.admin, "UpdatePlaybook", stale) == "VERSION_MISMATCH"


async def test_a_code_is_taken_once_and_only_hr_admins_derive(world: Any) -> None:
    await derived(world)
    request = pb.DerivePlaybookRequest(from_playbook_id=world.standard_id, code="own")
    request.name.en = "Own"
    assert await world.refused(world.admin, "DerivePlaybook", request) == "CODE_TAKEN"
    assert await world.refused(world.manager, "DerivePlaybook", request) == "FORBIDDEN"


async def test_segments_that_do_not_fit_a_session_are_refused(world: Any) -> None:
    draft = await derived(world)
    draft.rules.session.segments[0].minutes = 60
    request = pb.UpdatePlaybookRequest(playbook_id=draft.id, rules=draft.rules, expected_version=draft.version)
    assert await world.refused(world.admin, "UpdatePlaybook", request) == "SEGMENTS_DO_NOT_FIT"


async def test_a_units_own_playbook_decides_what_is_short_in_it(world: Any) -> None:
    await world.person("S01")
    await world.person("E01", unit_id=world.root_id)
    draft = await derived(world, unit_id=str(world.sales_id))
    draft.rules.shortfall.below_target_percent = 50
    await published(world, await updated(world, draft))
    await world.months({"S01": [15], "E01": [15]}, target="20")
    assert [each.person_id for each in await world.shortfalls()] == [str(world.numbers["E01"])]


async def test_results_are_published_for_people_and_metrics_of_plans_in_force_only(world: Any) -> None:
    await world.team(2)
    await world.months({"S01": [15], "S02": [15]}, last=8)
    assert not await recorded(world)
    plan_id, plan = new_id(), plan_of(world, "S01")
    await world.happens(plan_id, plans.PlanSnapshot(plan=plan))
    assert [each.actual for each in await recorded(world)] == ["15"]
    await world.months({"S01": [18], "S02": [18]})
    assert [each.actual for each in await recorded(world)] == ["15", "18"]
    plan.state = plan_facts.PLAN_STATE_ACHIEVED
    await world.happens(plan_id, plans.PlanSnapshot(plan=plan))
    await world.months({"S01": [19]}, last=10)
    assert len(await recorded(world)) == 2


async def test_an_undone_result_of_a_plan_in_force_is_withdrawn(world: Any) -> None:
    from tandem.interview_record.v1 import fact_import_pb2

    await world.team(1)
    await world.happens(new_id(), plans.PlanSnapshot(plan=plan_of(world, "S01")))
    await world.months({"S01": [15]})
    (found,) = (await world.call(world.admin, "ListImports", fact_import_pb2.ListImportsRequest())).imports
    request = fact_import_pb2.UndoImportRequest(import_id=found.id, expected_version=found.version)
    await world.call(world.admin, "UndoImport", request)
    await world.settle()
    assert [each.withdrawn for each in await recorded(world)] == [False, True]


async def recorded(world: Any) -> list[events.KpiRecorded]:
    return await world.harness.published(world.database, events.KpiRecorded)


def plan_of(world: Any, number: str) -> plan_facts.PlanFacts:
    return plan_facts.PlanFacts(
        plan_id=str(new_id()),
        interview_id=str(new_id()),
        employee_id=str(world.numbers[number]),
        state=plan_facts.PLAN_STATE_ACTIVE,
        revision=1,
        revision_in_force=1,
        goals=[plan_facts.GoalFacts(goal_id=str(new_id()), metric_code="conversion")],
    )


async def test_a_snapshot_states_what_is_published(world: Any) -> None:
    await derived(world)
    call = world.harness.call(world.harness.person(world.tenant_id, new_id()))
    async with world.database.transaction(call) as tx:
        count, last = await FACTS_SNAPSHOTS["playbook"](tx, None)
        assert (count, await FACTS_SNAPSHOTS["playbook"](tx, last)) == (2, (0, None))
        tx.done(world.tenant_id)
    assert len(await world.harness.published(world.database, events.PlaybookSnapshot)) == 2
