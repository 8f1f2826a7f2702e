"""A plan's row with all that its facts name, loaded inside a transaction."""

from common.steps import Step

from plan_tracking.casefile import Casefile
from plan_tracking.events import PlanEvents
from plan_tracking.facts import PlanView
from plan_tracking.ledger import step_of
from plan_tracking.storage.plans import goals_of, measures_of, open_blockers, revision_of, signatures_of


async def events_of(file: Casefile) -> PlanEvents:
    """Return the maker of the plan's events as it stands now."""
    return PlanEvents(await view_of(file))


async def view_of(file: Casefile) -> PlanView:
    """Load what the plan's facts name."""
    tx, plan, days = file.tx, file.plan, file.days
    await tx.session.flush()
    newest = await file.revision()
    governing = await revision_of(tx, plan.id, plan.revision_in_force) if plan.revision_in_force else None
    signing = await step_of(tx, plan.interview_id, Step.SIGNED, newest.sign_occurrence)
    next_review = plan.first_review_due_at if plan.first_reviewed_at is None else plan.final_review_due_at
    return PlanView(
        plan,
        newest,
        await signatures_of(tx, plan.id, plan.revision),
        await goals_of(tx, governing.id) if governing else (),
        await measures_of(tx, governing.id) if governing else (),
        [each.id for each in await open_blockers(tx, plan.id)],
        signing.due_at if signing and signing.state == "open" else None,
        "" if next_review is None else days.day_of(next_review).isoformat(),
        "" if plan.period_due_at is None else days.day_of(plan.period_due_at).isoformat(),
    )
