"""What people are called and write is in no trace, no measurement and no log of any service."""

import json
import re
import time
from typing import Any

import httpx2
import pytest
from common.instruments import REGISTRY, WORKLOAD_REFUSED
from devstack.testing import StackUnderTest
from ops.topology import SERVICES

from tests.journeys import Case, World, accept_shortfall, eventually, launch_cycle, open_world, record_figures
from tests.plans import Plan
from tests.rest import Refused

# All that the journeys write is Chinese, and nothing that the services say of themselves is.
CHINESE = re.compile(r"[\u3400-\u9fff][^\"]{0,80}")
FILE = """工号,姓名,部门,岗位序列,职级,入职日期
marked-1,欧阳娜娜,sales-east,sales,P5,2024-03-01
marked-2,司马光,没有的部门,sales,P5,昨天
"""
# A refusal of a workload cannot be had where every service is what it says it is.
NEVER_HERE = {WORKLOAD_REFUSED.name}


@pytest.fixture(scope="module")
def world(stack: StackUnderTest) -> World:
    """Return a tenant in which a case has come from its shortfall to a plan under way."""
    world = open_world(stack, locale="zh-CN", zone="Asia/Shanghai", calendar="CN", clock_start="2026-09-29 09:00")
    file = {"file_id": world.hr.upload(FILE.encode()), "file_name": "花名册.csv", "format": "csv"}
    imported = world.hr.finish(world.hr.post("/v1/people:import", file)["operation_id"])
    assert (imported["results"]["created"], imported["error_count"] > 0) == (1, True)
    assert world.hr.get("/v1/people", name="欧阳娜娜")["items"]
    with pytest.raises(Refused):
        world.hr.post("/v1/units", {"code": "重复", "name": 7, "parent_id": "上级"})
    record_figures(world)
    accept_shortfall(world)
    case = Case(world, launch_cycle(world, window=("2026-09-29", "2026-10-23"))["id"])
    case.prepare()
    case.book("2026-10-12 14:00")
    case.share()
    requests = case.analyse("希望参加需求挖掘培训")
    case.hold("2026-10-12")
    plan = Plan(case)
    plan.draft(ends_on="2026-11-13", training_due_on="2026-10-26")
    plan.answer(requests)
    plan.act(":offer")
    plan.sign(plan.manager)
    world.advance("2026-10-13 10:00")
    plan.refuse("目标太高，家里有事。")
    return world


def read(stack: StackUnderTest, path: str, **query: str | int) -> Any:
    """Read from the stack's sink."""
    return httpx2.get(f"{stack.traces_url}/api/{path}", params=query).raise_for_status().json()["data"]


def marks_in(text: str, world: World) -> list[str]:
    """Return what of people's names, texts and addresses stands in the text."""
    known = [each for each in (f"-{world.tenant}", f"@{world.tenant}.example", "marked-") if each in text]
    return [*CHINESE.findall(text)[:20], *known]


def test_no_trace_tells_what_people_wrote(stack: StackUnderTest, world: World) -> None:
    plans = eventually(lambda: read(stack, "traces", operation="POST /v1/plans/{id}:refuse", limit=10))
    imports = read(stack, "traces", operation="job import_people", limit=10)
    assert plans, "nothing to look into"
    assert imports, "nothing to look into"
    traces = read(stack, "traces", limit=100_000)
    assert {process["serviceName"] for each in traces for process in each["processes"].values()} == {
        service.name for service in SERVICES
    }
    assert marks_in(json.dumps(traces, ensure_ascii=False), world) == []


def test_no_measurement_tells_what_people_wrote_and_all_are_emitted(stack: StackUnderTest, world: World) -> None:
    def missing() -> set[str]:
        return {each.name for each in REGISTRY} - {each["name"] for each in read(stack, "metrics")} - NEVER_HERE

    # Pushed every five seconds, and some are read every ten.
    give_up = time.monotonic() + 40
    while missing() and time.monotonic() < give_up:
        time.sleep(1)
    assert missing() == set()
    assert marks_in(json.dumps(read(stack, "metrics"), ensure_ascii=False), world) == []


def test_no_log_tells_what_people_wrote(stack: StackUnderTest, world: World) -> None:
    for service in SERVICES:
        log = stack.log(service.name)
        assert log, service.name
        assert marks_in(log, world) == [], service.name
