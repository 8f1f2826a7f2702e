"""Counts the open rows of a case again, after its employee's calendar, zone or disputes changed."""

from common.steps import Step
from common.transaction import Transaction

from plan_tracking.casefile import casefile_of, disputes_of, plan_of_interview
from plan_tracking.domain.dues import Workdays, signing_due
from plan_tracking.domain.rules import PlanRules
from plan_tracking.domain.states import PlanState
from plan_tracking.follow_up import schedule_follow_up
from plan_tracking.ledger import move, open_rows
from plan_tracking.storage.copies import person_of, workdays_of
from plan_tracking.storage.copy_tables import InterviewRow
from plan_tracking.storage.follow_up_tables import StepRow
from plan_tracking.storage.plan_tables import PlanRow


async def reschedule(tx: Transaction, interview: InterviewRow) -> None:
    """Move every open row of the case to what its anchor, the calendar and the disputes say now."""
    plan = await plan_of_interview(tx, interview.id)
    days = await workdays_of(tx, await person_of(tx, interview.employee_id))
    await move_anchored(tx, interview, plan, days)
    if plan is not None and plan.state == PlanState.ACTIVE:
        await schedule_follow_up(await casefile_of(tx, plan))


async def move_anchored(tx: Transaction, interview: InterviewRow, plan: PlanRow | None, days: Workdays) -> None:
    """Move the open rows that count working days from an anchor."""
    rules = PlanRules.of_json(interview.rules)
    for row in await open_rows(tx, interview.id, Step.AGREED, Step.SIGNED, Step.TAKEN_OVER):
        if row.anchor_at is None or row.anchor_days is None:
            continue
        due_at = days.after(row.anchor_at, row.anchor_days)
        if row.step == Step.SIGNED and not _awaits_decision(row, plan):
            due_at = signing_due(
                days, row.anchor_at, row.anchor_days, disputes_of(interview), rules.sign_after_dispute_days
            )
        move(tx, row, due_at)


def _awaits_decision(row: StepRow, plan: PlanRow | None) -> bool:
    return plan is not None and plan.state == PlanState.REFUSED and not row.occurrence
