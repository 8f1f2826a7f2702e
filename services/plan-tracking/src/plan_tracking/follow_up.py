"""The rhythm of a plan in force: check-in periods, stage reviews, and the end; computed again when something moves."""

from datetime import date, datetime

from common.steps import Step, StepState

from plan_tracking.casefile import Casefile
from plan_tracking.domain import dues
from plan_tracking.domain.ledger_rows import FINAL
from plan_tracking.ledger import end, move, open_step, step_of
from plan_tracking.storage.follow_up_tables import StepRow
from plan_tracking.views import events_of

CHECK_IN_DUE = "check_in_due"
OUTCOME_OVERDUE = "outcome_overdue"


async def schedule_follow_up(file: Casefile) -> None:
    """Set periods, reviews and the end anew: a revision governs, or the calendar changed."""
    await _schedule_period(file)
    await _schedule_reviews(file)
    overdue_at = dues.outcome_overdue_at(file.days, _ends_on(file), file.rules.outcome_grace_days)
    if overdue_at > file.tx.now:
        await file.tx.due(OUTCOME_OVERDUE, file.plan.id, overdue_at)


async def stop_follow_up(file: Casefile) -> None:
    """Forget every deadline of a plan that ended."""
    plan = file.plan
    plan.period_from = plan.period_due_at = None
    for kind in (CHECK_IN_DUE, OUTCOME_OVERDUE):
        await file.tx.cancel_due(kind, plan.id)


async def close_periods(file: Casefile, before: datetime) -> None:
    """Close the periods that ended before the moment, each without a check-in as missed, and open the next."""
    while file.plan.period_due_at is not None and file.plan.period_due_at < before:
        row = await _period_row(file, file.plan.period_due_at)
        if row is not None and row.state == StepState.OPEN:
            end(file.tx, row, StepState.MISSED)
            file.plan.missed_in_a_row += 1
            if file.plan.missed_in_a_row == file.rules.missed_check_ins_until_hrbp:
                file.record("follow_up_lapsed", (await events_of(file)).follow_up_lapsed())
        file.plan.period_from = file.plan.period_due_at
        await _open_period(file, dues.period_end(file.days, _check_in_days(file), file.plan.period_due_at))


async def ensure_final_review(file: Casefile) -> None:
    """Give a plan that ran past its end without a new revision its last review, within the grace of its playbook."""
    plan = file.plan
    if plan.first_reviewed_at is None or plan.final_review_due_at is not None:
        return
    ends_on = _ends_on(file)
    if file.today < ends_on:
        plan.final_review_due_at = dues.final_review_due(file.days, ends_on)
    else:
        plan.final_review_due_at = file.days.after(file.tx.now, file.rules.outcome_grace_days)
    await _open_review(file, FINAL, plan.final_review_due_at)


async def _schedule_period(file: Casefile) -> None:
    plan = file.plan
    row = None if plan.period_due_at is None else await _period_row(file, plan.period_due_at)
    if row is not None and row.state != StepState.OPEN:
        # Checked in already: the period stays, the next one follows the new days.
        return
    target = dues.period_end(file.days, _check_in_days(file), file.tx.now)
    if target == plan.period_due_at:
        return
    if row is not None:
        end(file.tx, row, StepState.WITHDRAWN)
    if plan.period_from is None:
        plan.period_from = file.tx.now
    await _open_period(file, target)


async def _open_period(file: Casefile, due_at: datetime | None) -> None:
    plan, tx = file.plan, file.tx
    plan.period_due_at = due_at
    if due_at is None:
        await tx.cancel_due(CHECK_IN_DUE, plan.id)
        return
    await open_step(
        tx,
        file.interview,
        Step.CHECKED_IN,
        occurrence_of(file, due_at),
        plan=plan,
        due_at=due_at,
        responsible_id=plan.manager_id,
    )
    await tx.due(CHECK_IN_DUE, plan.id, due_at)


async def _schedule_reviews(file: Casefile) -> None:
    plan, ends_on = file.plan, _ends_on(file)
    if plan.in_force_at is None:
        return
    if plan.first_reviewed_at is None:
        months = file.rules.review_after_months
        plan.first_review_due_at = dues.first_review_due(file.days, plan.in_force_at, months, ends_on)
        await _open_review(file, "", plan.first_review_due_at)
    elif file.today < ends_on or plan.final_review_due_at is None:
        plan.final_review_due_at = dues.final_review_due(file.days, ends_on)
        await _open_review(file, FINAL, plan.final_review_due_at)


async def _open_review(file: Casefile, occurrence: str, due_at: datetime) -> None:
    row = await step_of(file.tx, file.plan.interview_id, Step.REVIEWED, occurrence)
    if row is None or row.state == StepState.WITHDRAWN:
        await open_step(
            file.tx,
            file.interview,
            Step.REVIEWED,
            occurrence,
            plan=file.plan,
            due_at=due_at,
            responsible_id=file.plan.manager_id,
        )
    elif row.state == StepState.OPEN:
        move(file.tx, row, due_at)


async def _period_row(file: Casefile, due_at: datetime) -> StepRow | None:
    return await step_of(file.tx, file.plan.interview_id, Step.CHECKED_IN, occurrence_of(file, due_at))


def occurrence_of(file: Casefile, due_at: datetime) -> str:
    """Return the occurrence of the check-in period that ends at the moment: its local date."""
    return file.days.day_of(due_at).isoformat()


def _check_in_days(file: Casefile) -> list[date]:
    if file.plan.in_force_at is None:
        return []
    every = file.rules.check_in_every_days
    return dues.check_in_days(file.days, file.plan.in_force_at, every, _ends_on(file))


def _ends_on(file: Casefile) -> date:
    if file.plan.ends_on is None:
        raise ValueError("a plan in force has an end")
    return file.plan.ends_on
