"""A case changes hands: what the new manager takes over, and what falls back to draft."""

from datetime import datetime
from uuid import UUID

from common.steps import Step

from plan_tracking.casefile import Casefile
from plan_tracking.domain.states import PlanState, RevisionState
from plan_tracking.events import blocker_snapshot
from plan_tracking.governing import reopen_draft
from plan_tracking.ledger import end, open_rows, open_step
from plan_tracking.storage.plans import measures_in_force, open_blockers
from plan_tracking.views import events_of


async def reassign(file: Casefile, previous_id: UUID | None, effective_at: datetime) -> None:
    """Hand the plan to the interview's manager of now; with none, its HRBP holds it."""
    plan, new_id = file.plan, file.interview.manager_id
    plan.manager_id, plan.reassigned_at = new_id, effective_at
    newest = await file.revision()
    if newest.state == RevisionState.OFFERED:
        await reopen_draft(file, newest)
    if plan.state == PlanState.ACTIVE:
        await _await_takeover(file, previous_id, effective_at)
    if new_id is not None and previous_id is not None:
        await _hand_duties(file, previous_id, new_id)
    file.touch()
    file.record("reassigned", (await events_of(file)).reassigned(previous_id))


async def _await_takeover(file: Casefile, previous_id: UUID | None, effective_at: datetime) -> None:
    plan = file.plan
    for row in await open_rows(file.tx, plan.interview_id, Step.TAKEN_OVER):
        end(file.tx, row)
    plan.awaits_takeover = plan.manager_id is not None
    if plan.manager_id is None:
        return
    plan.taken_over_from = previous_id or plan.taken_over_from
    days = file.rules.takeover_days
    await open_step(
        file.tx,
        file.interview,
        Step.TAKEN_OVER,
        file.days.day_of(effective_at).isoformat(),
        plan=plan,
        due_at=file.days.after(effective_at, days),
        anchor=(effective_at, days),
        responsible_id=plan.manager_id,
    )


async def _hand_duties(file: Casefile, previous_id: UUID, new_id: UUID) -> None:
    """Give measures and blockers that the old manager owned to the new one; the signed bytes stay as signed."""
    for measure in await measures_in_force(file.tx, file.plan):
        if measure.owner_id == previous_id:
            measure.owner_id = new_id
    for blocker in await open_blockers(file.tx, file.plan.id):
        if blocker.owner_id == previous_id:
            blocker.owner_id = new_id
        file.tx.publish(blocker.id, blocker_snapshot(blocker, new_id))
