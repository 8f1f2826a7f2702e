"""Freeze the draft as agreed and offer it for signing."""

from datetime import datetime
from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import AppError, Kind
from common.steps import Step

from plan_tracking.casefile import Casefile, open_plan
from plan_tracking.domain.content import content_hash
from plan_tracking.domain.dues import signing_due
from plan_tracking.domain.linter import require_complete
from plan_tracking.domain.states import PlanState, RevisionState
from plan_tracking.ledger import complete, expect, move, open_step, step_of
from plan_tracking.linting import setting_of
from plan_tracking.storage.contents import load_content
from plan_tracking.storage.plan_tables import RevisionRow
from plan_tracking.storage.plans import refusal_of
from plan_tracking.views import events_of


class SessionNotEnded(AppError):
    """A plan is agreed in the session."""

    kind = Kind.PRECONDITION
    reason = "SESSION_NOT_ENDED"
    en = "The plan is offered after the session has ended."
    zh = "面谈结束后方可提交签署。"


async def offer_plan(database: Database, call: Call, plan_id: UUID, expected_version: int) -> UUID:
    """Offer the draft; returns the plan's id. Raises SessionNotEnded, PlanIncomplete, NotADraft."""
    async with database.transaction(call) as tx:
        file = await open_plan(tx, plan_id, expected_version=expected_version)
        manager = file.require_manager("plan.offer")
        draft = await file.draft("offer")
        if file.interview.session_ended_at is None:
            raise SessionNotEnded
        content = await load_content(tx, draft.id, file.plan.employee_id)
        require_complete(content, await setting_of(tx, file.interview, file.today, content))
        frozen = content.frozen(file.heading(draft.number))
        draft.content = await tx.seal("revision", "content", draft.id, file.plan.employee_id, frozen.decode())
        draft.content_hash = content_hash(frozen)
        draft.state, draft.offered_by, draft.offered_at = RevisionState.OFFERED.value, manager, tx.now
        draft.ends_on = content.ends_on
        if not file.plan.revision_in_force:
            file.plan.state = PlanState.AWAITING_SIGNATURES.value
        file.touch()
        await complete(file, Step.AGREED)
        await _open_signing(file, draft, tx.now)
        events = await events_of(file)
        file.record("offered", events.offered(manager, draft.content_hash), revision=draft.number)
        return tx.done(plan_id)


async def _open_signing(file: Casefile, draft: RevisionRow, offered_at: datetime) -> None:
    """Set the signing's due date: of a later revision, and of the first offer after a refusal, from the offer on."""
    row = await step_of(file.tx, file.interview.id, Step.SIGNED, draft.sign_occurrence)
    days = file.rules.sign_days
    due_at = signing_due(file.days, offered_at, days, file.disputes, file.rules.sign_after_dispute_days)
    anchor = (offered_at, days)
    if draft.sign_occurrence and (row is None or row.state != "open"):
        await open_step(
            file.tx,
            file.interview,
            Step.SIGNED,
            draft.sign_occurrence,
            plan=file.plan,
            due_at=due_at,
            anchor=anchor,
        )
        return
    if row is None or row.state != "open":
        return
    row.plan_id = file.plan.id
    refusal = await refusal_of(file.tx, file.plan.id)
    if refusal is not None and refusal.decision == "revise" and row.anchor_at == refusal.decided_at:
        move(file.tx, row, due_at, anchor)
    expect(file.tx, row, None)
