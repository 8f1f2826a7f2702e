"""Record a stage review: the figures as they stand, and whether to continue, adjust or end."""

from datetime import datetime
from uuid import UUID

from common.call import Call
from common.database import Database
from common.ids import new_id
from common.steps import Step

from plan_tracking.casefile import Casefile, open_plan
from plan_tracking.domain.dues import final_review_due
from plan_tracking.domain.ledger_rows import FINAL
from plan_tracking.domain.progress import Way
from plan_tracking.domain.reviewing import require_stage, require_verdict
from plan_tracking.domain.states import PlanState, RevisionState, Verdict
from plan_tracking.figures import ways_of
from plan_tracking.follow_up import close_periods, ensure_final_review
from plan_tracking.governing import close_plan, next_revision
from plan_tracking.ledger import complete
from plan_tracking.storage.contents import load_content
from plan_tracking.storage.follow_up_tables import ReviewRow
from plan_tracking.views import events_of


async def record_review(
    database: Database, call: Call, plan_id: UUID, verdict: Verdict, note: str, expected_version: int
) -> UUID:
    """Review as the manager; returns the review's id. Raises NotInForce, ReviewTooEarly, OutcomeRequired."""
    async with database.transaction(call) as tx:
        file = await open_plan(tx, plan_id, expected_version=expected_version)
        person = file.require_follow_up("plan.review")
        file.in_force("review")
        plan = file.plan
        first = plan.first_reviewed_at is None
        due_at = _due_at(file, first=first)
        if plan.ends_on is not None:
            require_verdict(verdict, first=first, today=file.today, ends_on=plan.ends_on)
        if first:
            require_stage(verdict, tx.now, due_at, file.rules.check_in_every_days)
        await close_periods(file, tx.now)
        row = ReviewRow(
            tenant_id=tx.tenant_id,
            id=new_id(),
            plan_id=plan_id,
            revision=plan.revision_in_force,
            verdict=verdict.value,
            first=first,
            due_at=due_at,
            figures=[way.as_json() for way in await _figures(file)],
            reviewed_by=person,
            reviewed_at=tx.now,
        )
        row.note = await tx.seal("review", "note", row.id, plan.employee_id, note.strip())
        tx.add(row)
        file.touch()
        await _mark_reviewed(file, verdict, first=first)
        await _carry_out(file, verdict, person)
        events = await events_of(file)
        reviewed = events.reviewed(row.id, verdict, person, tx.now, first=first)
        closing = [events.closed(tx.now)] if verdict.ends else []
        file.record("reviewed", reviewed, *closing, review_id=row.id, verdict=verdict)
        return tx.done(row.id)


async def _figures(file: Casefile) -> list[Way]:
    revision = await file.revision(file.plan.revision_in_force)
    content = await load_content(file.tx, revision.id, file.plan.employee_id)
    return await ways_of(file.tx, file.plan, content, file.days)


def _due_at(file: Casefile, *, first: bool) -> datetime:
    plan = file.plan
    due_at = plan.first_review_due_at if first else plan.final_review_due_at
    if due_at is not None:
        return due_at
    if plan.ends_on is None:
        raise ValueError("a plan in force has an end")
    return final_review_due(file.days, plan.ends_on)


async def _mark_reviewed(file: Casefile, verdict: Verdict, *, first: bool) -> None:
    if first:
        await complete(file, Step.REVIEWED)
        file.plan.first_reviewed_at = file.tx.now
    elif verdict.ends:
        await complete(file, Step.REVIEWED, FINAL)


async def _carry_out(file: Casefile, verdict: Verdict, person: UUID) -> None:
    if verdict.ends:
        await close_plan(file, PlanState(verdict.value))
        return
    newest = await file.revision()
    if verdict is Verdict.ADJUST and newest.state not in {RevisionState.DRAFT, RevisionState.OFFERED}:
        await next_revision(file, await file.revision(file.plan.revision_in_force), person)
    if file.plan.ends_on is not None and file.today < file.plan.ends_on:
        await ensure_final_review(file)
