"""What is measured: every percentage, and the people, interviews, plans and steps behind it."""

from typing import Annotated

from fastapi import Query
from tandem.metrics.v1 import compliance_pb2, coverage_pb2, outcome_pb2

from gateway.calls import Read
from gateway.names import names_for
from gateway.resource import Resource
from gateway.schemas.figures import FigureQuery, FilteredPage, FilterQuery
from gateway.schemas.measures import (
    AttainmentPlan,
    AttainmentPlansQuery,
    ComplianceInterview,
    ComplianceInterviewsQuery,
    Coverage,
    CoveragePeopleQuery,
    CoveragePerson,
    EvaluationResponse,
    Figure,
    LeadTime,
    LeadTimes,
    Satisfaction,
    StepRate,
    StepRates,
)
from gateway.schemas.model import Page

coverage = Resource("coverage", "Measures")
compliance = Resource("compliance", "Measures")
step_rates = Resource("step-rates", "Measures")
satisfaction = Resource("satisfaction", "Measures")
attainment = Resource("attainment", "Measures")
lead_times = Resource("lead-times", "Measures")


@coverage.get("")
async def get_coverage(call: Read, query: Annotated[FigureQuery, Query()]) -> Coverage:
    """Who has had a concluded interview, of those who should.

    Without a cycle: active people of core families as they are now, since the programme's start. With one: everybody
    in its population as it was at launch. Months are those in which interviews were concluded; by month it says how
    far it had come by each month's end.
    """
    return Coverage.of(await call.metrics.GetCoverage(coverage_pb2.GetCoverageRequest(**query.asked())))


@coverage.get("/people")
async def list_coverage_people(call: Read, query: Annotated[CoveragePeopleQuery, Query()]) -> Page[CoveragePerson]:
    """The people behind a coverage figure, with the interview that covers them, or why none does."""
    request = coverage_pb2.ListCoveragePeopleRequest(**query.asked(), covered=query.covered)
    reply = await call.metrics.ListCoveragePeople(request)
    names = await names_for(call, (each.person_id for each in reply.people))
    return Page.of([CoveragePerson.of(each, names) for each in reply.people], reply.next_page_token)


@compliance.get("")
async def get_compliance(call: Read, query: Annotated[FigureQuery, Query()]) -> Figure:
    """Interviews with every required step met or waived, of those whose last due date has passed."""
    return Figure.of(await call.metrics.GetCompliance(compliance_pb2.GetComplianceRequest(**query.asked())))


@compliance.get("/interviews")
async def list_compliance_interviews(
    call: Read, query: Annotated[ComplianceInterviewsQuery, Query()]
) -> Page[ComplianceInterview]:
    """The interviews behind a compliance figure, with the steps that failed."""
    request = compliance_pb2.ListComplianceInterviewsRequest(**query.asked(), compliant=query.compliant)
    reply = await call.metrics.ListComplianceInterviews(request)
    failed = [row for each in reply.interviews for row in each.failed_rows]
    people = [id for each in reply.interviews for id in (each.employee_id, each.manager_id)]
    people += [id for row in failed for id in (row.employee_id, row.manager_id, row.responsible_person_id)]
    names = await names_for(call, people)
    return Page.of([ComplianceInterview.of(each, names) for each in reply.interviews], reply.next_page_token)


@step_rates.get("")
async def list_step_rates(call: Read, query: Annotated[FilterQuery, Query()]) -> StepRates:
    """Each step's own rate, rows after the first review included; the rows are those of `/v1/ledger`."""
    reply = await call.metrics.ListStepRates(compliance_pb2.ListStepRatesRequest(filter=query.filter()))
    return StepRates(rates=[StepRate.of(each) for each in reply.rates])


@satisfaction.get("")
async def get_satisfaction(call: Read, query: Annotated[FigureQuery, Query()]) -> Satisfaction:
    """Employees' evaluations with a content mean of 4 and more, of those given.

    409 `TOO_FEW`: fewer than five, or a selection that differs by fewer than five from one you have seen. A view that
    has grown by fewer than five is answered as it was.
    """
    return Satisfaction.of(await call.metrics.GetSatisfaction(outcome_pb2.GetSatisfactionRequest(**query.asked())))


@satisfaction.get("/responses")
async def list_evaluation_responses(call: Read, query: Annotated[FilteredPage, Query()]) -> Page[EvaluationResponse]:
    """Which evaluations were given and which not; never a score."""
    request = outcome_pb2.ListEvaluationResponsesRequest(**query.asked())
    reply = await call.metrics.ListEvaluationResponses(request)
    return Page.of([EvaluationResponse.of(each) for each in reply.responses], reply.next_page_token)


@attainment.get("")
async def get_attainment(call: Read, query: Annotated[FigureQuery, Query()]) -> Figure:
    """Plans achieved, of those past their last end date; leavers' left out, withdrawn after a refusal not achieved."""
    return Figure.of(await call.metrics.GetAttainment(outcome_pb2.GetAttainmentRequest(**query.asked())))


@attainment.get("/plans")
async def list_attainment_plans(call: Read, query: Annotated[AttainmentPlansQuery, Query()]) -> Page[AttainmentPlan]:
    """The plans behind an attainment figure."""
    request = outcome_pb2.ListAttainmentPlansRequest(**query.asked(), achieved=query.achieved)
    reply = await call.metrics.ListAttainmentPlans(request)
    names = await names_for(call, (id for each in reply.plans for id in (each.employee_id, each.manager_id)))
    return Page.of([AttainmentPlan.of(each, names) for each in reply.plans], reply.next_page_token)


@lead_times.get("")
async def get_lead_times(call: Read, query: Annotated[FilterQuery, Query()]) -> LeadTimes:
    """Opened to held, signed to archived, blocker to resolved: median and 90th percentile."""
    reply = await call.metrics.GetLeadTimes(outcome_pb2.GetLeadTimesRequest(filter=query.filter()))
    return LeadTimes(lead_times=[LeadTime.of(each) for each in reply.lead_times])
