"""Improvement plans: seen as wholes, drafted, handed over."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from tandem.plan_tracking.v1 import facts_pb2 as facts
from tandem.plan_tracking.v1 import plan_pb2 as pb

from gateway.calls import Change, Read, ReadCall, Write
from gateway.names import names_for
from gateway.resource import Resource
from gateway.schemas.fields import id_text, number
from gateway.schemas.model import Page, PageQuery
from gateway.schemas.plans import NewPlan, PlanOut, PlanReadOut, PlansQuery, people_of

plans = Resource("plans", "Plans")


@plans.get("")
async def list_plans(call: Read, query: Annotated[PlansQuery, Query()]) -> Page[PlanOut]:
    """The plans that you may see, newest first, without texts."""
    reply = await call.plan_tracking.ListPlans(
        pb.ListPlansRequest(
            interview_id=id_text(query.interview_id),
            employee_id=id_text(query.employee_id),
            manager_id=id_text(query.manager_id),
            under_unit_id=id_text(query.under_unit_id),
            states=[number(facts.PlanState, each) for each in dict.fromkeys(query.states)],
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    names = await names_for(call, (each for plan in reply.plans for each in people_of(plan)))
    return Page.of((PlanOut.of(each, names) for each in reply.plans), reply.next_page_token)


@plans.post("", status_code=201)
async def draft_plan(plan: NewPlan, call: Write) -> PlanOut:
    """Start the plan of an interview, empty or from templates. 409 `PLAN_EXISTS`, `INTERVIEW_OVER`."""
    reply = await call.plan_tracking.DraftPlan(
        pb.DraftPlanRequest(
            interview_id=str(plan.interview_id), template_ids=[str(each) for each in dict.fromkeys(plan.template_ids)]
        )
    )
    return await plan_out(call, reply.plan)


@plans.get("/{id}")
async def get_plan(id: UUID, call: Read) -> PlanOut:
    """One plan; its texts where you may read them."""
    reply = await call.plan_tracking.GetPlan(pb.GetPlanRequest(plan_id=str(id)))
    return await plan_out(call, reply.plan)


@plans.post("/{id}:confirm-takeover")
async def confirm_takeover(id: UUID, call: Change) -> PlanOut:
    """Confirm, as the new manager, a plan in force that came with the person. 409 `NOTHING_TO_TAKE_OVER`."""
    reply = await call.plan_tracking.ConfirmTakeover(
        pb.ConfirmTakeoverRequest(plan_id=str(id), expected_version=call.version)
    )
    return await plan_out(call, reply.plan)


@plans.get("/{id}/reads")
async def list_plan_reads(id: UUID, call: Read, query: Annotated[PageQuery, Query()]) -> Page[PlanReadOut]:
    """Who read texts of the plan, newest first; for its employee, the HRBP and auditors."""
    reply = await call.plan_tracking.ListPlanReads(
        pb.ListPlanReadsRequest(plan_id=str(id), page_size=query.page_size, page_token=query.page_token)
    )
    names = await names_for(call, (each.reader_id for each in reply.reads))
    return Page.of((PlanReadOut.of(each, names) for each in reply.reads), reply.next_page_token)


async def plan_out(call: ReadCall, plan: pb.Plan) -> PlanOut:
    """Return the plan with the names of its people."""
    return PlanOut.of(plan, await names_for(call, people_of(plan)))
