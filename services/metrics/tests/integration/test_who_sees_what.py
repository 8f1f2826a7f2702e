"""Own case, own line, own units, whole tenant: rows and figures alike."""

from types import SimpleNamespace
from typing import Any

import grpc
import grpc.aio
import pytest
from common.ids import new_id
from common.steps import Step
from tandem.metrics.v1 import compliance_pb2, coverage_pb2, ledger_pb2, open_step_pb2, outcome_pb2


@pytest.fixture
async def line(world: Any) -> SimpleNamespace:
    """Return a line director > manager > employee in the north, and a person of the south, one failed case each."""
    director = await world.person(unit=world.root)
    manager = await world.person(director)
    employee = await world.person(manager)
    southerner = await world.person(await world.person(unit=world.south), unit=world.south)
    cases = {}
    for person in (employee, southerner):
        cases[person] = await world.interview(person)
        await world.step(cases[person], Step.HELD, due=world.at("10-23 18:00"))
        await world.step(cases[person], Step.SELF_ANALYSIS, due=world.at("10-12 14:00"), by=person)
    world.clock.set(world.at("10-26 09:00"))
    return SimpleNamespace(
        director=director, manager=manager, employee=employee, southerner=southerner, case=cases[employee]
    )


def readers(world: Any, line: Any) -> dict[str, tuple[Any, int, int]]:
    """Return the identity of each reader, and of how many cases they see rows and figures."""
    return {
        "employee": (world.who(line.employee), 1, 0),
        "manager": (world.who(line.manager), 1, 1),
        "director": (world.who(line.director), 1, 1),
        "stranger": (world.who(), 0, 0),
        "hrbp of the north": (world.who(None, ("hrbp", world.north)), 1, 1),
        "hrbp of all": (world.who(None, ("hrbp", world.root)), 2, 2),
        "administrator": (world.admin, 2, 2),
        "auditor": (world.who(None, "auditor"), 2, 2),
        "another tenant's administrator": (world.harness.person(new_id(), new_id(), "hr_admin"), 0, 0),
    }


async def test_rows_are_listed_for_those_who_may_see_the_case(world: Any, line: Any) -> None:
    for name, (who, cases, _) in readers(world, line).items():
        ledger = await world.ask("ListLedger", ledger_pb2.ListLedgerRequest(), who)
        steps = await world.ask("ListOpenSteps", open_step_pb2.ListOpenStepsRequest(), who)
        counts = await world.ask("CountOpenSteps", open_step_pb2.CountOpenStepsRequest(), who)
        assert (name, len(ledger.rows), len(steps.rows)) == (name, 2 * cases, 2 * cases)
        assert (name, counts.total.overdue) == (name, 2 * cases)


async def test_figures_are_of_the_readers_line_units_or_tenant(world: Any, line: Any) -> None:
    for name, (who, _, cases) in readers(world, line).items():
        compliance = await world.ask("GetCompliance", compliance_pb2.GetComplianceRequest(), who)
        behind = await world.ask("ListComplianceInterviews", compliance_pb2.ListComplianceInterviewsRequest(), who)
        rates = await world.ask("ListStepRates", compliance_pb2.ListStepRatesRequest(), who)
        attainment = await world.ask("GetAttainment", outcome_pb2.GetAttainmentRequest(), who)
        assert (name, compliance.ratio.whole, len(behind.interviews)) == (name, cases, cases)
        assert (name, [each.overdue for each in rates.rates]) == (name, [cases, cases] if cases else [])
        assert attainment.ratio.whole == 0


async def test_coverage_is_of_the_readers_people(world: Any, line: Any) -> None:
    for who, people in ((world.who(line.manager), 1), (world.who(line.director), 2), (world.who(line.employee), 0)):
        reply = await world.ask("GetCoverage", coverage_pb2.GetCoverageRequest(), who)
        assert reply.ratio.whole == people


async def test_a_case_is_unknown_to_those_who_may_not_see_it(world: Any, line: Any) -> None:
    request = ledger_pb2.GetInterviewLedgerRequest(interview_id=str(line.case))
    for who in (world.who(), world.who(line.southerner), world.who(None, ("hrbp", world.south))):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await world.ask("GetInterviewLedger", request, who)
        assert refused.value.code() is grpc.StatusCode.NOT_FOUND


async def test_a_former_manager_keeps_seeing_the_rows_that_were_theirs(world: Any, line: Any) -> None:
    successor = await world.person(line.director)
    await world.step(line.case, Step.SELF_ANALYSIS, due=world.at("10-12 14:00"), done=world.at("10-11 21:00"))
    await world.person(successor, id=line.employee)
    await world.interview_is(line.case, manager_id=str(successor))
    await world.step(line.case, Step.HELD, due=world.at("10-30 18:00"))
    request = ledger_pb2.GetInterviewLedgerRequest(interview_id=str(line.case))
    seen = {
        person: [row.step for row in (await world.ask("GetInterviewLedger", request, world.who(person))).rows]
        for person in (line.manager, successor, line.director)
    }
    assert [len(seen[person]) for person in (line.manager, successor, line.director)] == [1, 2, 2]


async def test_who_is_to_act_sees_what_is_open_for_them(world: Any, line: Any) -> None:
    partner = await world.person()
    await world.step(line.case, Step.SIGNED, due=world.at("10-27 18:00"), by=partner)
    request = open_step_pb2.ListOpenStepsRequest(responsible_person_id=str(partner))
    reply = await world.ask("ListOpenSteps", request, world.who(partner))
    assert [world.local(row.due_at) for row in reply.rows] == ["10-27 18:00"]
