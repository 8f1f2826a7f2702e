"""What a refusal does to plan, revision and ledger, whether it was said or a silence was witnessed."""

from datetime import datetime
from uuid import UUID

from common.ids import new_id
from common.steps import Step

from plan_tracking.casefile import Casefile
from plan_tracking.domain.refusing import moves_due_date
from plan_tracking.domain.states import PlanState, RefusalKind, RevisionState
from plan_tracking.governing import resume
from plan_tracking.ledger import end, expect, move, step_of
from plan_tracking.storage.plan_tables import RefusalRow, RevisionRow
from plan_tracking.views import events_of


def new_refusal(file: Casefile, revision: RevisionRow, kind: RefusalKind, by: UUID) -> RefusalRow:
    """Return a refusal of now; a stated one still lacks its reason."""
    return RefusalRow(
        tenant_id=file.tx.tenant_id,
        id=new_id(),
        plan_id=file.plan.id,
        revision=revision.number,
        kind=kind.value,
        recorded_by=by,
        recorded_at=file.tx.now,
        decide_by=_decide_by(file, file.tx.now),
        void=False,
    )


def _decide_by(file: Casefile, recorded_at: datetime) -> datetime | None:
    """Return until when the HRBP decides; nobody decides on a later revision, it changes nothing in force."""
    if file.plan.revision_in_force:
        return None
    return file.days.after(recorded_at, file.rules.refusal_decision_days)


async def take_effect(file: Casefile, revision: RevisionRow, refusal: RefusalRow) -> None:
    """Let the refusal count: a first revision waits for the HRBP, a later one ends."""
    tx, plan = file.tx, file.plan
    revision.state, revision.ended_at = RevisionState.REFUSED.value, tx.now
    row = await step_of(tx, plan.interview_id, Step.SIGNED, revision.sign_occurrence)
    if plan.revision_in_force:
        if row is not None and row.state == "open":
            end(tx, row)
        await resume(file)
    else:
        plan.state = PlanState.REFUSED.value
        if row is not None and row.state == "open":
            kind, days = RefusalKind(refusal.kind), file.rules.refusal_decision_days
            if moves_due_date(kind, refusal.recorded_at, row.due_at, file.days, file.rules.silence_days):
                move(tx, row, refusal.decide_by, (refusal.recorded_at, days))
            expect(tx, row, None)
    file.touch()
    events = await events_of(file)
    file.record(
        "refused",
        events.refused(revision.number, refusal.kind, refusal.recorded_at, refusal.decide_by),
        revision=revision.number,
        kind=refusal.kind,
    )
