"""Signing, refusing, deciding, amending."""

from uuid import UUID

from common.call import current_call
from common.grpc_server import once
from common.ids import new_id
from tandem.plan_tracking.v1 import amendment_pb2 as amendment
from tandem.plan_tracking.v1 import facts_pb2 as facts
from tandem.plan_tracking.v1 import refusal_pb2 as refusal
from tandem.plan_tracking.v1 import signature_pb2 as signature

from plan_tracking.acts import Shown
from plan_tracking.api.base import Context, Rpcs
from plan_tracking.api.plan_mapping import (
    amendment_message,
    plan_message,
    refusal_message,
    sheet_message,
    signature_message,
)
from plan_tracking.api.words import optional_day, optional_id, word_of
from plan_tracking.domain.content import Measure
from plan_tracking.domain.states import RefusalDecision
from plan_tracking.reading.amendments import get_amendment, list_amendments
from plan_tracking.reading.plans import get_plan
from plan_tracking.reading.revisions import get_revision
from plan_tracking.reading.signing import get_refusal, get_signing_content
from plan_tracking.use_cases.acknowledge_amendment import acknowledge_amendment
from plan_tracking.use_cases.decide_refusal import decide_refusal
from plan_tracking.use_cases.propose_amendment import propose_amendment
from plan_tracking.use_cases.record_silence import record_silence
from plan_tracking.use_cases.refuse_plan import refuse_plan
from plan_tracking.use_cases.retract_amendment import retract_amendment
from plan_tracking.use_cases.sign_plan import sign_plan
from plan_tracking.use_cases.witness_silence import witness_silence


class SigningRpcs(Rpcs):
    """RPCs of signed acts."""

    async def GetSigningContent(
        self, request: signature.GetSigningContentRequest, context: Context
    ) -> signature.GetSigningContentResponse:
        """Answer the exact bytes to sign."""
        return sheet_message(await get_signing_content(self.database, current_call(), UUID(request.plan_id)))

    async def SignPlan(self, request: signature.SignPlanRequest, context: Context) -> signature.SignPlanResponse:
        """Sign the offered revision."""
        command = sign_plan(
            self.database,
            current_call(),
            self.signing(),
            UUID(request.plan_id),
            Shown(request.revision, request.content_hash),
            counter_statement=request.counter_statement,
            locale=request.locale,
            expected_version=request.expected_version,
        )
        id = await once(command)
        view = await get_plan(self.database, current_call(), id)
        signed = await get_revision(self.database, current_call(), id, request.revision)
        own = [each for each in signed.signatures if each.row.person_id == current_call().identity.person_id]
        return signature.SignPlanResponse(
            plan_state=plan_message(view).state,
            signature=signature_message(own[0]) if own else None,
            plan_version=view.plan.version,
        )

    async def RefusePlan(self, request: refusal.RefusePlanRequest, context: Context) -> refusal.RefusePlanResponse:
        """Refuse the offered revision."""
        command = refuse_plan(
            self.database,
            current_call(),
            self.signing(),
            UUID(request.plan_id),
            Shown(request.revision, request.content_hash),
            request.reason,
            request.expected_version,
        )
        return refusal.RefusePlanResponse(plan=await self.plan(await once(command)))

    async def RecordSilence(
        self, request: refusal.RecordSilenceRequest, context: Context
    ) -> refusal.RecordSilenceResponse:
        """Record the employee's silence."""
        plan_id, version = UUID(request.plan_id), request.expected_version
        id = await once(record_silence(self.database, current_call(), self.signing(), plan_id, version))
        return refusal.RecordSilenceResponse(plan=await self.plan(id))

    async def WitnessSilence(
        self, request: refusal.WitnessSilenceRequest, context: Context
    ) -> refusal.WitnessSilenceResponse:
        """Witness a recorded silence."""
        plan_id, version = UUID(request.plan_id), request.expected_version
        id = await once(witness_silence(self.database, current_call(), self.signing(), plan_id, version))
        return refusal.WitnessSilenceResponse(plan=await self.plan(id))

    async def DecideRefusal(
        self, request: refusal.DecideRefusalRequest, context: Context
    ) -> refusal.DecideRefusalResponse:
        """Decide a refused plan."""
        command = decide_refusal(
            self.database,
            current_call(),
            self.signing(),
            UUID(request.plan_id),
            RefusalDecision(word_of(facts.RefusalDecision, "REFUSAL_DECISION", request.decision)),
            request.reason,
            request.expected_version,
        )
        return refusal.DecideRefusalResponse(plan=await self.plan(await once(command)))

    async def GetRefusal(self, request: refusal.GetRefusalRequest, context: Context) -> refusal.GetRefusalResponse:
        """Answer the refusal of a revision."""
        view = await get_refusal(self.database, current_call(), UUID(request.plan_id), request.revision)
        return refusal.GetRefusalResponse(refusal=refusal_message(view))

    async def ProposeAmendment(
        self, request: amendment.ProposeAmendmentRequest, context: Context
    ) -> amendment.ProposeAmendmentResponse:
        """Propose to replace a measure."""
        command = propose_amendment(
            self.database,
            current_call(),
            UUID(request.plan_id),
            UUID(request.measure_id),
            _replacement(request),
            request.reason,
            request.expected_version,
        )
        view = await get_amendment(self.database, current_call(), await once(command))
        return amendment.ProposeAmendmentResponse(amendment=amendment_message(view))

    async def AcknowledgeAmendment(
        self, request: amendment.AcknowledgeAmendmentRequest, context: Context
    ) -> amendment.AcknowledgeAmendmentResponse:
        """Acknowledge an amendment."""
        id, version = UUID(request.amendment_id), request.expected_version
        await once(acknowledge_amendment(self.database, current_call(), self.signing(), id, version))
        view = await get_amendment(self.database, current_call(), id)
        return amendment.AcknowledgeAmendmentResponse(amendment=amendment_message(view))

    async def RetractAmendment(
        self, request: amendment.RetractAmendmentRequest, context: Context
    ) -> amendment.RetractAmendmentResponse:
        """Take an amendment back."""
        id = UUID(request.amendment_id)
        await once(retract_amendment(self.database, current_call(), id, request.expected_version))
        view = await get_amendment(self.database, current_call(), id)
        return amendment.RetractAmendmentResponse(amendment=amendment_message(view))

    async def ListAmendments(
        self, request: amendment.ListAmendmentsRequest, context: Context
    ) -> amendment.ListAmendmentsResponse:
        """List amendments, oldest first."""
        views, following = await list_amendments(
            self.database,
            current_call(),
            self.page_tokens,
            UUID(request.plan_id),
            request.page_size,
            request.page_token,
        )
        return amendment.ListAmendmentsResponse(
            amendments=[amendment_message(each) for each in views], next_page_token=following
        )


def _replacement(request: amendment.ProposeAmendmentRequest) -> Measure:
    # Id and goal are given by the command: the goal is the replaced measure's.
    return Measure(
        new_id(),
        new_id(),
        request.action.strip(),
        optional_id(request.owner_id),
        request.resource.strip(),
        request.cadence.strip(),
        optional_day("due_on", request.due_on),
    )
