"""An employee refuses; the HR partner decides, and nobody escapes follow-up."""

import pytest
from devstack.testing import StackUnderTest

from tests.journeys import Case, accept_shortfall, eventually, launch_cycle, open_world, record_figures
from tests.plans import Plan, rows
from tests.rest import Refused


def test_a_refused_plan_issued_by_the_hr_partner_is_in_force_and_followed_up(stack: StackUnderTest) -> None:
    world = open_world(stack, locale="zh-CN", zone="Asia/Shanghai", calendar="CN", clock_start="2026-09-29 09:00")
    record_figures(world)
    accept_shortfall(world)
    case = Case(world, launch_cycle(world, window=("2026-09-29", "2026-10-23"))["id"])
    case.prepare()
    case.book("2026-10-12 14:00")
    case.share()
    requests = case.analyse("希望减少手头的线索数量")
    case.hold("2026-10-12")
    plan = Plan(case)
    plan.draft(ends_on="2026-11-13", training_due_on="2026-10-26")
    # Without an answer to every request no plan is offered, and the finding says so.
    with pytest.raises(Refused) as refused:
        plan.act(":offer")
    assert refused.value.status in (400, 409)
    plan.answer(requests)
    plan.act(":offer")
    plan.sign(plan.manager)
    world.advance("2026-10-13 10:00")
    plan.refuse("目标定得太高，我不同意。")
    assert plan.read()["state"] == "refused"
    # The manager cannot decide it; the HR partner can, within three working days.
    with pytest.raises(Refused) as refused:
        plan.act(":decide-refusal", {"decision": "issue", "reason": "x"}, fresh=True)
    assert refused.value.status == 403
    world.advance("2026-10-15 10:00")
    plan.act(":decide-refusal", {"decision": "issue", "reason": "目标与团队一致。"}, plan.hrbp, fresh=True)
    issued = plan.read()
    assert (issued["state"], issued["issued"]) == ("active", True)
    plan.archived_items(1)
    eventually(lambda: case.read()["conclusion"] == "issued")
    ledger = rows(case)
    assert ledger[("signed", "")] == ("10-16 18:00", "met", "10-15 10:00")
    assert ledger[("archived", "")][:2] == ("10-16 18:00", "met")
    assert ("checked_in", "2026-10-22") in ledger
