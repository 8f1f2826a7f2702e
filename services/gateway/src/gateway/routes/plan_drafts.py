"""A plan's draft: goals, measures, answers, the linter, the offer."""

from uuid import UUID

from tandem.interview_record.v1 import facts_pb2 as interview
from tandem.plan_tracking.v1 import draft_pb2 as pb

from gateway.calls import Change, ChangeCall, Read
from gateway.resource import Resource
from gateway.routes.plans import plan_out
from gateway.schemas.fields import day_text, id_text, number
from gateway.schemas.plan_drafts import AnswerInput, FindingOut, Findings, GoalInput, MeasureInput
from gateway.schemas.plans import PlanOut

plan_drafts = Resource("plans", "Plans")


@plan_drafts.post("/{id}/goals")
async def add_goal(id: UUID, goal: GoalInput, call: Change) -> PlanOut:
    """Add a goal to the draft; both sides may, and the author is shown. 409 `NOT_A_DRAFT`."""
    return await _put_goal(call, id, None, goal)


@plan_drafts.put("/{id}/goals/{goal_id}")
async def put_goal(id: UUID, goal_id: UUID, goal: GoalInput, call: Change) -> PlanOut:
    """Change a goal of the draft. 409 `NOT_A_DRAFT`."""
    return await _put_goal(call, id, goal_id, goal)


@plan_drafts.delete("/{id}/goals/{goal_id}")
async def remove_goal(id: UUID, goal_id: UUID, call: Change) -> PlanOut:
    """Remove a goal with its measures. 409 `NOT_A_DRAFT`."""
    reply = await call.plan_tracking.RemoveGoal(
        pb.RemoveGoalRequest(plan_id=str(id), goal_id=str(goal_id), expected_version=call.version)
    )
    return await plan_out(call, reply.plan)


@plan_drafts.post("/{id}/measures")
async def add_measure(id: UUID, measure: MeasureInput, call: Change) -> PlanOut:
    """Add a measure to a goal of the draft. 409 `NOT_A_DRAFT`."""
    return await _put_measure(call, id, None, measure)


@plan_drafts.put("/{id}/measures/{measure_id}")
async def put_measure(id: UUID, measure_id: UUID, measure: MeasureInput, call: Change) -> PlanOut:
    """Change a measure of the draft. 409 `NOT_A_DRAFT`."""
    return await _put_measure(call, id, measure_id, measure)


@plan_drafts.delete("/{id}/measures/{measure_id}")
async def remove_measure(id: UUID, measure_id: UUID, call: Change) -> PlanOut:
    """Remove a measure. 409 `NOT_A_DRAFT`."""
    reply = await call.plan_tracking.RemoveMeasure(
        pb.RemoveMeasureRequest(plan_id=str(id), measure_id=str(measure_id), expected_version=call.version)
    )
    return await plan_out(call, reply.plan)


@plan_drafts.post("/{id}/requests/{request_id}:answer")
async def answer_request(id: UUID, request_id: UUID, answer: AnswerInput, call: Change) -> PlanOut:
    """Answer a request of the self-analysis, as the manager: accepted with a measure, or declined with a reason."""
    reply = await call.plan_tracking.AnswerRequest(
        pb.AnswerRequestRequest(
            plan_id=str(id),
            request_id=str(request_id),
            accepted=answer.accepted,
            measure_id=id_text(answer.measure_id),
            reason=answer.reason,
            expected_version=call.version,
        )
    )
    return await plan_out(call, reply.plan)


@plan_drafts.get("/{id}/findings")
async def check_plan(id: UUID, call: Read) -> Findings:
    """What the linter says of the newest revision: errors stop the offer, warnings suggest better words."""
    reply = await call.plan_tracking.CheckPlan(pb.CheckPlanRequest(plan_id=str(id)))
    return Findings(items=[FindingOut.of(each, call.locale) for each in reply.findings])


@plan_drafts.post("/{id}:offer")
async def offer_plan(id: UUID, call: Change) -> PlanOut:
    """Freeze the draft as agreed and offer it for signing, as the manager.

    409 `SESSION_NOT_ENDED`, `PLAN_INCOMPLETE` with the linter's errors, `REQUESTS_UNANSWERED`, `NOT_A_DRAFT`.
    """
    reply = await call.plan_tracking.OfferPlan(pb.OfferPlanRequest(plan_id=str(id), expected_version=call.version))
    return await plan_out(call, reply.plan)


@plan_drafts.post("/{id}:retract-offer")
async def retract_offer(id: UUID, call: Change) -> PlanOut:
    """Take an offer back to draft while nobody signed. 409 `ALREADY_SIGNED`, `NOT_OFFERED`."""
    reply = await call.plan_tracking.RetractOffer(
        pb.RetractOfferRequest(plan_id=str(id), expected_version=call.version)
    )
    return await plan_out(call, reply.plan)


async def _put_goal(call: ChangeCall, plan_id: UUID, goal_id: UUID | None, goal: GoalInput) -> PlanOut:
    reply = await call.plan_tracking.PutGoal(
        pb.PutGoalRequest(
            plan_id=str(plan_id),
            goal_id=id_text(goal_id),
            text=goal.text,
            shortfall_id=id_text(goal.shortfall_id),
            metric_code=goal.metric_code or "",
            baseline=goal.baseline or "",
            target=goal.target or "",
            measure_unit=goal.measure_unit or "",
            direction=number(interview.Direction, goal.direction),
            due_on=day_text(goal.due_on),
            expected_version=call.version,
        )
    )
    return await plan_out(call, reply.plan)


async def _put_measure(call: ChangeCall, plan_id: UUID, measure_id: UUID | None, measure: MeasureInput) -> PlanOut:
    reply = await call.plan_tracking.PutMeasure(
        pb.PutMeasureRequest(
            plan_id=str(plan_id),
            measure_id=id_text(measure_id),
            goal_id=str(measure.goal_id),
            action=measure.action,
            owner_id=id_text(measure.owner_id),
            resource=measure.resource or "",
            cadence=measure.cadence or "",
            due_on=day_text(measure.due_on),
            expected_version=call.version,
        )
    )
    return await plan_out(call, reply.plan)
