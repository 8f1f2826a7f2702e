"""Whole loops of one case, for journeys and for whoever needs an installation that has lived."""

from devstack.testing import StackUnderTest

from tests.journeys import Case, accept_shortfall, eventually, launch_cycle, open_world, record_figures
from tests.plans import Plan, evaluate


def achieve_in_english(stack: StackUnderTest) -> Case:
    """Run a case under the calendar of the United States, from a shortfall to an achieved plan; returns it closed."""
    case = hold_in_english(stack)
    world, plan = case.world, sign(case)
    plan.archived_items(1)
    evaluate(case, case.employee)
    evaluate(case, case.manager)
    for day in ("2026-10-20 10:00", "2026-10-27 10:00", "2026-11-03 10:00", "2026-11-10 10:00"):
        world.advance(day)
        plan.check_in()
    world.advance("2026-11-13 10:00")
    month = {"period_from": "2026-10-13", "period_until": "2026-11-12", "target": "22", "actual": "22.4"}
    case.hrbp.post("/v1/kpi-results", {"person_id": world.id("employee"), "metric_code": "conversion", **month})
    eventually(lambda: case.manager.get(f"{plan.path}/review-sheet")["goals"][0]["current"] == "22.4")
    plan.act("/reviews", {"verdict": "achieved", "note": "Reached."})
    assert plan.read()["state"] == "achieved"
    eventually(lambda: case.read()["state"] == "closed")
    world.advance("2026-11-16 10:00")
    return case


def hold_in_english(stack: StackUnderTest) -> Case:
    """Run a case until its session has been held; the employee has asked for one thing."""
    world = open_world(stack, locale="en", zone="America/New_York", calendar="US", clock_start="2026-09-29 09:00")
    record_figures(world)
    accept_shortfall(world)
    case = Case(world, launch_cycle(world, window=("2026-09-29", "2026-10-23"))["id"])
    case.prepare("Convert 10 % more leads within a month")
    # Columbus Day, Monday 12 October, is free in this calendar and refused as a start.
    slots = case.manager.get(f"{case.path}/slots", from_on="2026-10-12", until_on="2026-10-12", duration_minutes=50)
    assert slots["items"] == [] or not any(slot["free"] for slot in slots["items"])
    case.book("2026-10-13 14:00")
    world.advance("2026-10-05 10:00")
    case.share()
    case.analyse("A course on finding out what customers need")
    case.hold("2026-10-13")
    return case


def sign(case: Case) -> Plan:
    """Draft the plan, answer what was asked for, offer it and let both sign."""
    plan = Plan(case)
    plan.draft(ends_on="2026-11-13", training_due_on="2026-10-26")
    plan.answer(case.employee.get(f"{case.path}/self-analysis")["requests"])
    plan.act(":offer")
    plan.sign(plan.employee)
    plan.sign(plan.manager)
    return plan
