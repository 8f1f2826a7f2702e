"""Two tenants side by side: each has its own clock, and neither sees or hears of the other."""

import pytest
from devstack.testing import StackUnderTest

from tests.journeys import Case, accept_shortfall, launch_cycle, open_world, record_figures
from tests.rest import Refused


def test_two_tenants_do_not_meet(stack: StackUnderTest) -> None:
    heron = open_world(stack, locale="zh-CN", zone="Asia/Shanghai", calendar="CN", clock_start="2026-09-29 09:00")
    osprey = open_world(stack, locale="en", zone="America/New_York", calendar="US", clock_start="2026-03-02 09:00")
    for world in (heron, osprey):
        record_figures(world)
        accept_shortfall(world)
    case = Case(heron, launch_cycle(heron, window=("2026-09-29", "2026-10-23"))["id"])
    before = osprey.now()
    heron.advance("2026-10-08 09:00")
    assert (osprey.now() - before).total_seconds() < 3600
    stranger = osprey.actor("hrbp")
    for path in (case.path, f"{case.path}/ledger", f"/v1/people/{heron.id('employee')}"):
        with pytest.raises(Refused) as refused:
            stranger.get(path)
        assert refused.value.status == 404
    assert stranger.all("/v1/interviews") == []
    assert {person["external_id"] for person in osprey.hr.all("/v1/people")} == {*osprey.people, "hr"}
    assert osprey.hr.all("/v1/people", name=f"employee-{heron.tenant}") == []
