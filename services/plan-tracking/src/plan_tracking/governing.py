"""What it takes for a revision to govern, and for a plan to end or fall back to draft."""

from uuid import UUID

from common.ids import new_id
from common.steps import Step

from plan_tracking.casefile import Casefile
from plan_tracking.domain.states import AmendmentState, BlockerState, PlanState, RevisionState, WithdrawReason
from plan_tracking.events import blocker_resolved
from plan_tracking.follow_up import ensure_final_review, schedule_follow_up, stop_follow_up
from plan_tracking.ledger import end_case, expect, step_of
from plan_tracking.storage.contents import copy_content, load_content
from plan_tracking.storage.plan_tables import RevisionRow
from plan_tracking.storage.plans import open_amendment, open_blockers, refusal_of, revision_of, signatures_of


async def put_in_force(file: Casefile, revision: RevisionRow, *, issued: bool = False) -> None:
    """Let the revision govern from now on; the one before is superseded, its open amendment taken back."""
    plan, now = file.plan, file.tx.now
    before = await revision_of(file.tx, plan.id, plan.revision_in_force)
    if before is not None:
        before.state, before.ended_at = RevisionState.SUPERSEDED.value, now
    await _retract_amendment(file)
    revision.state, revision.in_force_at, revision.issued = RevisionState.IN_FORCE.value, now, issued
    revision.ended_at = None
    plan.state = PlanState.ACTIVE.value
    plan.revision_in_force, plan.amendment_in_force = revision.number, 0
    plan.in_force_at = plan.in_force_at or now
    plan.revision_in_force_at = now
    plan.issued = issued
    plan.ends_on = revision.ends_on
    await schedule_follow_up(file)


async def close_plan(file: Casefile, outcome: PlanState) -> None:
    """End the plan; whatever was still open ends with it."""
    plan, now = file.plan, file.tx.now
    plan.state, plan.closed_at = outcome.value, now
    plan.awaits_takeover = False
    newest = await file.revision()
    if newest.state in {RevisionState.DRAFT, RevisionState.OFFERED}:
        newest.state, newest.ended_at = RevisionState.SUPERSEDED.value, now
    await _retract_amendment(file)
    await stop_follow_up(file)
    await end_case(file.tx, plan.interview_id)
    for blocker in await open_blockers(file.tx, plan.id):
        blocker.state, blocker.resolved_at = BlockerState.RESOLVED.value, now
        await file.tx.cancel_due("blocker_overdue", blocker.id)
        file.tx.publish(blocker.id, blocker_resolved(blocker, plan.manager_id))


async def withdraw_plan(file: Casefile, reason: WithdrawReason) -> None:
    """End the plan without an outcome."""
    file.plan.withdraw_reason = reason.value
    await close_plan(file, PlanState.WITHDRAWN)


async def next_revision(file: Casefile, source: RevisionRow, by: UUID) -> RevisionRow:
    """Start the next revision as a draft with the content of another."""
    plan = file.plan
    row = RevisionRow(
        tenant_id=file.tx.tenant_id,
        id=new_id(),
        plan_id=plan.id,
        number=plan.revision + 1,
        state=RevisionState.DRAFT.value,
        started_by=by,
        started_at=file.tx.now,
    )
    row.sign_occurrence = str(row.number) if plan.revision_in_force else ""
    plan.revision = row.number
    file.tx.add(row)
    await file.tx.session.flush()
    content = await load_content(file.tx, source.id, plan.employee_id)
    await copy_content(file.tx, content, row, plan.employee_id)
    return row


async def reopen_draft(file: Casefile, revision: RevisionRow, by: UUID | None = None) -> None:
    """Let an offered revision fall back to draft.

    Once one side has signed, its bytes are kept and the next number is the draft.
    """
    plan = file.plan
    signatures = await signatures_of(file.tx, plan.id, revision.number)
    if signatures:
        for signature in signatures:
            signature.void = True
        revision.state, revision.ended_at = RevisionState.SUPERSEDED.value, file.tx.now
        await next_revision(file, revision, by or revision.started_by)
    else:
        revision.state = RevisionState.DRAFT.value
        revision.offered_at = revision.offered_by = revision.content = revision.content_hash = None
        revision.ends_on = None
    await void_silence(file, revision.number)
    if not plan.revision_in_force:
        plan.state = PlanState.DRAFT.value
    row = await step_of(file.tx, plan.interview_id, Step.SIGNED, revision.sign_occurrence)
    if row is not None and row.state == "open":
        expect(file.tx, row, None)


async def void_silence(file: Casefile, revision: int) -> None:
    """Let a recorded silence that nobody witnessed yet count for nothing."""
    refusal = await refusal_of(file.tx, file.plan.id, revision)
    if refusal is not None and refusal.kind == "silence" and refusal.witnessed_at is None:
        refusal.void = True


async def resume(file: Casefile) -> None:
    """Go on with the revision in force after a later one came to nothing."""
    if file.plan.revision_in_force:
        await ensure_final_review(file)


async def _retract_amendment(file: Casefile) -> None:
    amendment = await open_amendment(file.tx, file.plan.id)
    if amendment is not None:
        amendment.state, amendment.ended_at = AmendmentState.RETRACTED.value, file.tx.now
