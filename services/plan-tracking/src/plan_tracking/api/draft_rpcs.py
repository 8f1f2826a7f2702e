"""Drafting: plans, goals, measures, answers, the linter."""

from uuid import UUID

from common.call import current_call
from common.grpc_server import once
from common.ids import new_id
from tandem.plan_tracking.v1 import draft_pb2 as draft
from tandem.plan_tracking.v1 import plan_pb2 as plan

from plan_tracking.api.base import Context, Rpcs
from plan_tracking.api.plan_mapping import finding_message
from plan_tracking.api.words import direction_of, optional_day, optional_decimal, optional_id
from plan_tracking.domain.content import Goal, Measure
from plan_tracking.reading.revisions import check_plan
from plan_tracking.use_cases.answer_request import answer_request
from plan_tracking.use_cases.draft_plan import draft_plan
from plan_tracking.use_cases.offer_plan import offer_plan
from plan_tracking.use_cases.put_goal import put_goal
from plan_tracking.use_cases.put_measure import put_measure
from plan_tracking.use_cases.remove_goal import remove_goal
from plan_tracking.use_cases.remove_measure import remove_measure
from plan_tracking.use_cases.retract_offer import retract_offer


class DraftRpcs(Rpcs):
    """RPCs of a plan that is being drafted."""

    async def DraftPlan(self, request: plan.DraftPlanRequest, context: Context) -> plan.DraftPlanResponse:
        """Start the plan of an interview."""
        templates = [UUID(each) for each in request.template_ids]
        id = await once(draft_plan(self.database, current_call(), UUID(request.interview_id), templates))
        return plan.DraftPlanResponse(plan=await self.plan(id))

    async def PutGoal(self, request: draft.PutGoalRequest, context: Context) -> draft.PutGoalResponse:
        """Add or change a goal."""
        plan_id, goal_id = UUID(request.plan_id), optional_id(request.goal_id)
        command = put_goal(self.database, current_call(), plan_id, goal_id, _goal(request), request.expected_version)
        id = await once(command)
        return draft.PutGoalResponse(plan=await self.plan(plan_id), goal_id=str(id))

    async def RemoveGoal(self, request: draft.RemoveGoalRequest, context: Context) -> draft.RemoveGoalResponse:
        """Remove a goal with its measures."""
        plan_id, goal_id = UUID(request.plan_id), UUID(request.goal_id)
        await once(remove_goal(self.database, current_call(), plan_id, goal_id, request.expected_version))
        return draft.RemoveGoalResponse(plan=await self.plan(plan_id))

    async def PutMeasure(self, request: draft.PutMeasureRequest, context: Context) -> draft.PutMeasureResponse:
        """Add or change a measure."""
        plan_id, measure_id = UUID(request.plan_id), optional_id(request.measure_id)
        version = request.expected_version
        command = put_measure(self.database, current_call(), plan_id, measure_id, _measure(request), version)
        id = await once(command)
        return draft.PutMeasureResponse(plan=await self.plan(plan_id), measure_id=str(id))

    async def RemoveMeasure(self, request: draft.RemoveMeasureRequest, context: Context) -> draft.RemoveMeasureResponse:
        """Remove a measure."""
        plan_id, measure_id = UUID(request.plan_id), UUID(request.measure_id)
        await once(remove_measure(self.database, current_call(), plan_id, measure_id, request.expected_version))
        return draft.RemoveMeasureResponse(plan=await self.plan(plan_id))

    async def AnswerRequest(self, request: draft.AnswerRequestRequest, context: Context) -> draft.AnswerRequestResponse:
        """Answer a request of the self-analysis."""
        command = answer_request(
            self.database,
            current_call(),
            UUID(request.plan_id),
            UUID(request.request_id),
            accepted=request.accepted,
            measure_id=optional_id(request.measure_id),
            reason=request.reason,
            expected_version=request.expected_version,
        )
        return draft.AnswerRequestResponse(plan=await self.plan(await once(command)))

    async def CheckPlan(self, request: draft.CheckPlanRequest, context: Context) -> draft.CheckPlanResponse:
        """Say what the linter finds."""
        findings = await check_plan(self.database, current_call(), UUID(request.plan_id))
        return draft.CheckPlanResponse(findings=[finding_message(each) for each in findings])

    async def OfferPlan(self, request: draft.OfferPlanRequest, context: Context) -> draft.OfferPlanResponse:
        """Freeze the draft and offer it."""
        id = await once(offer_plan(self.database, current_call(), UUID(request.plan_id), request.expected_version))
        return draft.OfferPlanResponse(plan=await self.plan(id))

    async def RetractOffer(self, request: draft.RetractOfferRequest, context: Context) -> draft.RetractOfferResponse:
        """Take an offer back."""
        id = await once(retract_offer(self.database, current_call(), UUID(request.plan_id), request.expected_version))
        return draft.RetractOfferResponse(plan=await self.plan(id))


def _goal(request: draft.PutGoalRequest) -> Goal:
    # The id of a new one is given by the command.
    return Goal(
        new_id(),
        request.text.strip(),
        request.metric_code.strip(),
        request.measure_unit.strip(),
        optional_decimal(request.baseline),
        optional_decimal(request.target),
        direction_of(request.direction),
        optional_day("due_on", request.due_on),
        optional_id(request.shortfall_id),
    )


def _measure(request: draft.PutMeasureRequest) -> Measure:
    return Measure(
        new_id(),
        UUID(request.goal_id),
        request.action.strip(),
        optional_id(request.owner_id),
        request.resource.strip(),
        request.cadence.strip(),
        optional_day("due_on", request.due_on),
    )
