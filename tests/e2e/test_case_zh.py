"""The case that was worked out by hand, from a shortfall to the second revision, on a moved clock."""

from devstack.testing import StackUnderTest

from tests.journeys import Case, accept_shortfall, eventually, launch_cycle, open_world, record_figures
from tests.plans import Plan, evaluate, rows

# The table of the case: due, verdict and the minute it was done in. Free days are the calendar's.
TABLE = {
    ("data_ready", ""): ("10-08 18:00", "met", "09-29 09:00"),
    ("goal_set", ""): ("10-08 18:00", "met", "09-29 09:00"),
    ("booked", ""): ("10-20 18:00", "met", "09-30 10:00"),
    ("shared", ""): ("10-08 18:00", "met", "10-08 17:20"),
    ("self_analysis", ""): ("10-12 14:00", "met", "10-11 21:00"),
    ("held", ""): ("10-23 18:00", "met", "10-12 14:00"),
    ("agreed", ""): ("10-14 18:00", "met", "10-12 15:10"),
    ("signed", ""): ("10-14 18:00", "met", "10-13 09:30"),
    ("archived", ""): ("10-14 18:00", "met", "10-13 09:30"),
    ("evaluated", "employee"): ("10-19 18:00", "met", "10-16 10:00"),
    ("evaluated", "manager"): ("10-19 18:00", "late", "10-20 09:00"),
    ("archived", "1.1"): ("10-23 18:00", "met", "10-22 10:00"),
    ("checked_in", "2026-10-20"): ("10-20 18:00", "met", "10-20 16:00"),
    ("checked_in", "2026-10-27"): ("10-27 18:00", "met", "10-27 11:00"),
    ("checked_in", "2026-11-03"): ("11-03 18:00", "missed", ""),
    ("checked_in", "2026-11-10"): ("11-10 18:00", "met", "11-10 15:00"),
    ("reviewed", ""): ("11-13 18:00", "met", "11-13 10:00"),
    ("signed", "2"): ("11-17 18:00", "met", "11-16 10:00"),
}


def test_the_ledger_of_the_case_by_hand_comes_out_row_by_row(stack: StackUnderTest) -> None:
    world = open_world(stack, locale="zh-CN", zone="Asia/Shanghai", calendar="CN", clock_start="2026-09-29 09:00")
    record_figures(world)
    assert accept_shortfall(world)["confidence"] == "high"
    case = Case(world, launch_cycle(world, window=("2026-09-29", "2026-10-23"))["id"])
    case.prepare()
    world.advance("2026-09-30 10:00")
    case.book("2026-10-12 14:00")
    world.advance("2026-10-08 17:20")
    case.share()
    world.advance("2026-10-11 21:00")
    requests = case.analyse("希望参加需求挖掘培训")
    case.hold("2026-10-12")
    plan = agree_and_sign(case, requests)
    follow_up(case, plan)
    revise(case, plan)

    eventually(lambda: ("archived", "2") in rows(case))
    ledger = rows(case)
    assert {key: ledger.get(key) for key in TABLE} == dict(TABLE)
    assert {key for key, row in ledger.items() if row[1] != "open"} == TABLE.keys() | {("archived", "2")}
    verdict = case.ledger()
    assert (verdict["counts"], verdict["compliant"]) == (True, False)
    assert_the_percentage_opens_down_to_the_case(case)


def agree_and_sign(case: Case, requests: list[dict[str, str]]) -> Plan:
    plan = Plan(case)
    plan.draft(ends_on="2026-11-13", training_due_on="2026-10-26")
    plan.answer(requests)
    case.world.advance("2026-10-12 15:10")
    plan.act(":offer")
    plan.sign(plan.manager)
    case.world.advance("2026-10-13 09:30")
    plan.sign(plan.employee, counter_statement="我会努力，也希望培训能按时安排。")
    assert plan.read()["state"] == "active"
    [package] = plan.archived_items(1)
    assert package["content_hash"]
    return plan


def follow_up(case: Case, plan: Plan) -> None:
    world = case.world
    world.advance("2026-10-16 10:00")
    evaluate(case, case.employee)
    world.advance("2026-10-20 09:00")
    evaluate(case, case.manager)
    world.advance("2026-10-20 16:00")
    plan.check_in()
    world.advance("2026-10-22 10:00")
    plan.amend(measure=1, action="主管每周二陪访一次并当场复盘", owner="manager", reason="培训内容与岗位不匹配")
    plan.archived_items(2)
    world.advance("2026-10-27 11:00")
    plan.check_in()
    world.advance("2026-11-10 15:00")
    plan.check_in()


def revise(case: Case, plan: Plan) -> None:
    world = case.world
    world.advance("2026-11-12 09:00")
    month = {"period_from": "2026-10-12", "period_until": "2026-11-11", "target": "22", "actual": "21"}
    case.hrbp.post("/v1/kpi-results", {"person_id": world.id("employee"), "metric_code": "conversion", **month})
    world.advance("2026-11-13 10:00")
    # The figure came by the KPI result alone: nobody typed the progress.
    [goal] = case.manager.get(f"{plan.path}/review-sheet")["goals"]
    assert (goal["baseline"], goal["current"]) == ("20", "21")
    plan.act("/reviews", {"verdict": "adjust", "note": "提升 5 %，继续。"})
    plan.adjust(ends_on="2026-12-11", training="谈判技巧培训，一次课", due_on="2026-11-27")
    world.advance("2026-11-13 11:00")
    plan.act(":offer")
    plan.sign(plan.manager)
    world.advance("2026-11-16 10:00")
    plan.sign(plan.employee)
    plan.archived_items(3)


def assert_the_percentage_opens_down_to_the_case(case: Case) -> None:
    [interview] = case.world.hr.all("/v1/compliance/interviews")
    assert interview["interview_id"] == case.id
    assert interview["compliant"] is False
