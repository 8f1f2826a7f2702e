"""Plans achieved, lead times, targets."""

from datetime import date, timedelta
from typing import Any

import grpc
import grpc.aio
import pytest
from tandem.metrics.v1 import filter_pb2
from tandem.metrics.v1.outcome_pb2 import (
    LEAD_TIME_KIND_BLOCKER_TO_RESOLVED,
    LEAD_TIME_KIND_OPENED_TO_HELD,
    LEAD_TIME_KIND_SIGNED_TO_ARCHIVED,
    GetAttainmentRequest,
    GetLeadTimesRequest,
    ListAttainmentPlansRequest,
)
from tandem.metrics.v1.target_pb2 import TARGET_KIND_COVERAGE, GetTargetsRequest, SetTargetsRequest, Target
from tandem.plan_tracking.v1 import facts_pb2 as plan_facts

END = date(2026, 11, 13)


async def plan(world: Any, state: str, **more: Any) -> Any:
    interview = await world.interview(await world.person(await world.person()))
    return await world.plan(interview, state, **{"in_force_at": world.at("10-13 09:30"), "ends_on": END, **more})


async def test_attainment_is_of_the_plans_whose_end_is_over(world: Any) -> None:
    achieved = await plan(world, "achieved")
    await plan(world, "not_achieved")
    await plan(world, "active")
    await plan(world, "achieved", ends_on=END + timedelta(days=1))
    await plan(world, "withdrawn", withdraw_reason=plan_facts.WITHDRAW_REASON_LEFT)
    await plan(world, "draft", in_force_at=None, ends_on=None)
    refused = {"in_force_at": None, "ends_on": None, "withdraw_reason": plan_facts.WITHDRAW_REASON_REFUSED}
    await plan(world, "withdrawn", closed_at=world.at("10-20 09:00"), **refused)
    for now, whole in (("11-13 23:59", 1), ("11-14 00:00", 4)):
        world.clock.set(world.at(now))
        reply = await world.ask("GetAttainment", GetAttainmentRequest())
        assert (reply.ratio.part, reply.ratio.whole) == (0 if whole == 1 else 1, whole)
    only = await world.ask("ListAttainmentPlans", ListAttainmentPlansRequest(achieved=True))
    assert [(each.plan_id, each.ended_on) for each in only.plans] == [(str(achieved), "2026-11-13")]
    rest = await world.all_pages(
        "ListAttainmentPlans", ListAttainmentPlansRequest(achieved=False, page_size=2), "plans"
    )
    assert [each.ended_on for each in rest] == ["2026-10-20", "2026-11-13", "2026-11-13"]
    months = await world.ask("GetAttainment", GetAttainmentRequest(group_by=filter_pb2.GROUP_BY_MONTH))
    assert [(each.key, each.ratio.whole) for each in months.groups] == [("2026-10", 1), ("2026-11", 3)]


async def test_lead_times_are_medians_and_ninetieth_percentiles(world: Any) -> None:
    for days in (1, 2, 6):
        opened, signed = world.at("09-28 09:00"), world.at("10-13 09:30")
        interview = await world.interview(
            await world.person(),
            opened_at=opened,
            session_ended_at=opened + timedelta(days=days),
            archived_at=signed + timedelta(hours=days),
        )
        await world.plan(interview, "active", in_force_at=signed, ends_on=END)
        await world.blocker(interview, signed, signed + timedelta(minutes=days))
        await world.blocker(interview, signed)
    reply = await world.ask("GetLeadTimes", GetLeadTimesRequest())
    found = {each.kind: (each.count, each.median_seconds, each.percentile_90_seconds) for each in reply.lead_times}
    assert found == {
        LEAD_TIME_KIND_OPENED_TO_HELD: (3, 2 * 86400, round(5.2 * 86400)),
        LEAD_TIME_KIND_SIGNED_TO_ARCHIVED: (3, 2 * 3600, round(5.2 * 3600)),
        LEAD_TIME_KIND_BLOCKER_TO_RESOLVED: (3, 120, 312),
    }
    other = GetLeadTimesRequest(filter=filter_pb2.Filter(job_family="technical"))
    assert {each.count for each in (await world.ask("GetLeadTimes", other)).lead_times} == {0}


async def test_targets_are_the_standards_until_the_tenant_sets_its_own(world: Any) -> None:
    await world.tenant(world.at("09-01 08:00"))
    before = (await world.ask("GetTargets", GetTargetsRequest(), world.who())).targets
    assert (before.programme_starts_on, before.version, len(before.targets)) == ("2026-09-01", 0, 4)
    own = [Target(kind=TARGET_KIND_COVERAGE, percent=95, due_on="2027-01-31")]
    request = SetTargetsRequest(programme_starts_on="2026-10-01", targets=own, expected_version=before.version)
    after = (await world.ask("SetTargets", request)).targets
    assert (after.programme_starts_on, list(after.targets), after.version) == ("2026-10-01", own, 1)
    with pytest.raises(grpc.aio.AioRpcError) as stale:
        await world.ask("SetTargets", request)
    assert stale.value.code() is grpc.StatusCode.ABORTED


@pytest.mark.parametrize(
    ("day", "kinds"), [("2026-02-30", [TARGET_KIND_COVERAGE]), ("2026-02-28", [TARGET_KIND_COVERAGE] * 2)]
)
async def test_targets_need_a_day_that_exists_and_one_row_a_kind(world: Any, day: str, kinds: list[Any]) -> None:
    targets = [Target(kind=kind, percent=95, due_on=day) for kind in kinds]
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.ask("SetTargets", SetTargetsRequest(programme_starts_on="2026-10-01", targets=targets))
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_only_an_administrator_sets_targets(world: Any) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        request = SetTargetsRequest(programme_starts_on="2026-10-01")
        await world.ask("SetTargets", request, world.who(None, ("hrbp", world.root)))
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
