"""Plans and their revisions: reading, starting, comparing, handing over, waiving."""

from uuid import UUID

from common.call import current_call
from common.grpc_server import once
from common.steps import Step, WaiverReason
from tandem.common.v1 import steps_pb2 as steps
from tandem.plan_tracking.v1 import facts_pb2 as facts
from tandem.plan_tracking.v1 import plan_pb2 as plan
from tandem.plan_tracking.v1 import revision_pb2 as revision
from tandem.plan_tracking.v1 import waiver_pb2 as waiver

from plan_tracking.api.base import Context, Rpcs
from plan_tracking.api.plan_mapping import (
    change_message,
    plan_message,
    read_message,
    revision_message,
    signed_message,
)
from plan_tracking.api.words import optional_id, word_of
from plan_tracking.reading.plans import PlanFilter, get_plan, list_plan_reads, list_plans
from plan_tracking.reading.revisions import diff_revisions, get_revision, list_revisions
from plan_tracking.reading.signing import get_signed_revision
from plan_tracking.use_cases.confirm_takeover import confirm_takeover
from plan_tracking.use_cases.discard_revision import discard_revision
from plan_tracking.use_cases.start_revision import start_revision
from plan_tracking.use_cases.waive_step import waive_step


class PlanRpcs(Rpcs):
    """RPCs of plans as wholes."""

    async def GetPlan(self, request: plan.GetPlanRequest, context: Context) -> plan.GetPlanResponse:
        """Answer one plan."""
        return plan.GetPlanResponse(plan=await self.plan(UUID(request.plan_id)))

    async def ListPlans(self, request: plan.ListPlansRequest, context: Context) -> plan.ListPlansResponse:
        """List plans, newest first."""
        wanted = PlanFilter(
            optional_id(request.interview_id),
            optional_id(request.employee_id),
            optional_id(request.manager_id),
            optional_id(request.under_unit_id),
            tuple(word_of(facts.PlanState, "PLAN_STATE", each) for each in request.states),
        )
        views, following = await list_plans(
            self.database, current_call(), self.page_tokens, wanted, request.page_size, request.page_token
        )
        return plan.ListPlansResponse(plans=[plan_message(each) for each in views], next_page_token=following)

    async def ListPlanReads(self, request: plan.ListPlanReadsRequest, context: Context) -> plan.ListPlanReadsResponse:
        """List who read the texts of a plan."""
        entries, following = await list_plan_reads(
            self.database,
            current_call(),
            self.page_tokens,
            UUID(request.plan_id),
            request.page_size,
            request.page_token,
        )
        return plan.ListPlanReadsResponse(reads=[read_message(each) for each in entries], next_page_token=following)

    async def StartRevision(
        self, request: revision.StartRevisionRequest, context: Context
    ) -> revision.StartRevisionResponse:
        """Start the next revision."""
        command = start_revision(self.database, current_call(), UUID(request.plan_id), request.expected_version)
        view = await get_plan(self.database, current_call(), await once(command))
        return revision.StartRevisionResponse(revision=revision_message(view.newest), plan_version=view.plan.version)

    async def DiscardRevision(
        self, request: revision.DiscardRevisionRequest, context: Context
    ) -> revision.DiscardRevisionResponse:
        """Drop a later revision in draft."""
        command = discard_revision(self.database, current_call(), UUID(request.plan_id), request.expected_version)
        view = await get_plan(self.database, current_call(), await once(command))
        return revision.DiscardRevisionResponse(plan_version=view.plan.version)

    async def GetRevision(self, request: revision.GetRevisionRequest, context: Context) -> revision.GetRevisionResponse:
        """Answer one revision."""
        view = await get_revision(self.database, current_call(), UUID(request.plan_id), request.revision)
        return revision.GetRevisionResponse(revision=revision_message(view))

    async def ListRevisions(
        self, request: revision.ListRevisionsRequest, context: Context
    ) -> revision.ListRevisionsResponse:
        """List revisions, oldest first."""
        views, following = await list_revisions(
            self.database,
            current_call(),
            self.page_tokens,
            UUID(request.plan_id),
            request.page_size,
            request.page_token,
        )
        return revision.ListRevisionsResponse(
            revisions=[revision_message(each) for each in views], next_page_token=following
        )

    async def DiffRevisions(
        self, request: revision.DiffRevisionsRequest, context: Context
    ) -> revision.DiffRevisionsResponse:
        """Say what changed between two revisions."""
        changes = await diff_revisions(
            self.database, current_call(), UUID(request.plan_id), request.from_revision, request.to_revision
        )
        return revision.DiffRevisionsResponse(changes=[change_message(each) for each in changes])

    async def GetSignedRevision(
        self, request: revision.GetSignedRevisionRequest, context: Context
    ) -> revision.GetSignedRevisionResponse:
        """Answer a concluded revision for the archive."""
        signed = await get_signed_revision(
            self.database, current_call(), UUID(request.plan_id), request.revision, request.amendment
        )
        return signed_message(signed)

    async def ConfirmTakeover(
        self, request: plan.ConfirmTakeoverRequest, context: Context
    ) -> plan.ConfirmTakeoverResponse:
        """Confirm a plan that came with the person."""
        command = confirm_takeover(self.database, current_call(), UUID(request.plan_id), request.expected_version)
        return plan.ConfirmTakeoverResponse(plan=await self.plan(await once(command)))

    async def WaiveStep(self, request: waiver.WaiveStepRequest, context: Context) -> waiver.WaiveStepResponse:
        """Waive a step before its due date."""
        command = waive_step(
            self.database,
            current_call(),
            UUID(request.interview_id),
            Step(word_of(steps.Step, "STEP", request.step)),
            request.occurrence,
            WaiverReason(word_of(steps.WaiverReason, "WAIVER_REASON", request.reason)),
            request.note,
        )
        return waiver.WaiveStepResponse(step_id=str(await once(command)))
