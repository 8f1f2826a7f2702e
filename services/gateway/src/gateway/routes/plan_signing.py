"""Signing a plan, refusing it, deciding a refusal."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from tandem.plan_tracking.v1 import facts_pb2 as facts
from tandem.plan_tracking.v1 import refusal_pb2 as refusal
from tandem.plan_tracking.v1 import signature_pb2 as signature

from gateway.calls import Read, VouchedChange
from gateway.names import names_for
from gateway.resource import Resource
from gateway.routes.plans import plan_out
from gateway.schemas.fields import number
from gateway.schemas.plan_signing import (
    DecisionInput,
    RefusalInput,
    RefusalOut,
    SignatureInput,
    SignedOut,
    SigningContent,
)
from gateway.schemas.plans import PlanOut

plan_signing = Resource("plans", "Signing")


@plan_signing.get("/{id}/signing-content")
async def get_signing_content(id: UUID, call: Read) -> SigningContent:
    """The exact bytes to sign, their hash, and what signing means. 409 `NOT_OFFERED`."""
    reply = await call.plan_tracking.GetSigningContent(signature.GetSigningContentRequest(plan_id=str(id)))
    return SigningContent.of(reply)


@plan_signing.post("/{id}:sign")
async def sign_plan(id: UUID, signed: SignatureInput, call: VouchedChange) -> SignedOut:
    """Sign the offered revision as its employee or manager, on the hash of what was shown; in any order.

    401 `INSUFFICIENT_USER_AUTHENTICATION`: log in again first (RFC 9470). 403: machine clients do not sign.
    409 `CONTENT_CHANGED`, `DISPUTE_OPEN`, `ALREADY_SIGNED`, `NOT_OFFERED`.
    """
    reply = await call.plan_tracking.SignPlan(
        signature.SignPlanRequest(
            plan_id=str(id),
            revision=signed.revision,
            content_hash=bytes.fromhex(signed.content_hash),
            counter_statement=signed.counter_statement,
            locale=signed.locale,
            expected_version=call.version,
        )
    )
    return SignedOut.of(reply)


@plan_signing.post("/{id}:refuse")
async def refuse_plan(id: UUID, refused: RefusalInput, call: VouchedChange) -> PlanOut:
    """Refuse the offered revision with a reason, as its employee; the HRBP decides then.

    401 and 409 as for signing.
    """
    reply = await call.plan_tracking.RefusePlan(
        refusal.RefusePlanRequest(
            plan_id=str(id),
            revision=refused.revision,
            content_hash=bytes.fromhex(refused.content_hash),
            reason=refused.reason,
            expected_version=call.version,
        )
    )
    return await plan_out(call, reply.plan)


@plan_signing.post("/{id}:record-silence")
async def record_silence(id: UUID, call: VouchedChange) -> PlanOut:
    """Record, as the manager, that the employee stayed silent past the due date; it counts once witnessed.

    409 `SIGNING_NOT_OVERDUE`, `EMPLOYEE_HAS_SIGNED`, `SILENCE_RECORDED`, `NOT_OFFERED`.
    """
    reply = await call.plan_tracking.RecordSilence(
        refusal.RecordSilenceRequest(plan_id=str(id), expected_version=call.version)
    )
    return await plan_out(call, reply.plan)


@plan_signing.post("/{id}:witness-silence")
async def witness_silence(id: UUID, call: VouchedChange) -> PlanOut:
    """Witness a recorded silence as the HRBP, which makes it a refusal. 409 `NO_SILENCE_RECORDED`."""
    reply = await call.plan_tracking.WitnessSilence(
        refusal.WitnessSilenceRequest(plan_id=str(id), expected_version=call.version)
    )
    return await plan_out(call, reply.plan)


@plan_signing.post("/{id}:decide-refusal")
async def decide_refusal(id: UUID, decision: DecisionInput, call: VouchedChange) -> PlanOut:
    """Decide a refused plan as the HRBP: revise it, issue it without consent, or withdraw it."""
    reply = await call.plan_tracking.DecideRefusal(
        refusal.DecideRefusalRequest(
            plan_id=str(id),
            decision=number(facts.RefusalDecision, decision.decision),
            reason=decision.reason,
            expected_version=call.version,
        )
    )
    return await plan_out(call, reply.plan)


@plan_signing.get("/{id}/refusal")
async def get_refusal(
    id: UUID, call: Read, revision: Annotated[int, Query(ge=0, le=10000, description="0: the newest.")] = 0
) -> RefusalOut:
    """Why a revision was not signed, and what became of it."""
    reply = await call.plan_tracking.GetRefusal(refusal.GetRefusalRequest(plan_id=str(id), revision=revision))
    found = reply.refusal
    names = await names_for(call, (found.recorded_by, found.witnessed_by, found.decided_by))
    return RefusalOut.of(found, names)
