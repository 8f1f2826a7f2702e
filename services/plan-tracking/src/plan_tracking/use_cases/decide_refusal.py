"""Decide a refused plan: revise it, issue it without consent, or withdraw it."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.steps import Step
from google.protobuf.message import Message

from plan_tracking.acts import Acting, Signing, sign_act
from plan_tracking.casefile import Casefile, open_plan
from plan_tracking.domain.signing import Act, SignerRole
from plan_tracking.domain.states import PlanState, RefusalDecision, WithdrawReason, allow
from plan_tracking.governing import next_revision, put_in_force, withdraw_plan
from plan_tracking.ledger import complete, move, step_of
from plan_tracking.storage.plan_tables import RefusalRow, RevisionRow
from plan_tracking.storage.plans import refusal_of
from plan_tracking.views import events_of


async def decide_refusal(
    database: Database,
    call: Call,
    signing: Signing,
    plan_id: UUID,
    decision: RefusalDecision,
    reason: str,
    expected_version: int,
) -> UUID:
    """Decide as the HRBP; returns the plan's id. Raises IllegalTransition for a plan that is not refused."""
    async with database.transaction(call) as tx:
        file = await open_plan(tx, plan_id, expected_version=expected_version)
        partner = file.require("plan.decide_refusal")
        allow("plan", file.plan.state, {PlanState.REFUSED}, "decide_refusal")
        revision = await file.revision()
        refusal = await refusal_of(tx, plan_id, revision.number)
        if refusal is None:
            raise RuntimeError("a refused plan without its refusal")
        text = reason.strip()
        refusal.decision, refusal.decided_by, refusal.decided_at = decision.value, partner, tx.now
        refusal.decision_reason = await tx.seal("refusal", "decision_reason", refusal.id, file.plan.employee_id, text)
        acting = Acting(
            Act.DECIDED,
            SignerRole.HR,
            revision=revision.number,
            content_hash=revision.content_hash or b"",
            locale=tx.identity.locale,
            statement=text,
        )
        await sign_act(file, signing, acting)
        file.touch()
        event = await _carry_out(file, revision, refusal, partner)
        file.record("refusal_decided", event, revision=revision.number, decision=decision)
        return tx.done(plan_id)


async def _carry_out(file: Casefile, revision: RevisionRow, refusal: RefusalRow, partner: UUID) -> Message:
    tx = file.tx
    match RefusalDecision(refusal.decision or ""):
        case RefusalDecision.REVISE:
            file.plan.state = PlanState.DRAFT.value
            await next_revision(file, revision, partner)
            row = await step_of(tx, file.plan.interview_id, Step.SIGNED, revision.sign_occurrence)
            if row is not None and row.state == "open":
                # Counted from the decision until the next offer sets it for good: no row lies open without a date.
                days = file.rules.sign_days
                move(tx, row, file.days.after(tx.now, days), (tx.now, days))
            return (await events_of(file)).drafted(partner)
        case RefusalDecision.ISSUE:
            await complete(file, Step.SIGNED, revision.sign_occurrence)
            await put_in_force(file, revision, issued=True)
            return (await events_of(file)).issued(revision.content_hash or b"", partner, tx.now)
        case RefusalDecision.WITHDRAW:
            await complete(file, Step.SIGNED, revision.sign_occurrence)
            await withdraw_plan(file, WithdrawReason.REFUSED)
            return (await events_of(file)).withdrawn(partner, tx.now)
