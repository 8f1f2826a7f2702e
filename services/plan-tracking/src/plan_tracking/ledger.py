"""The ledger rows that this service owns: their dues are computed here, once, and every change is published."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from common.steps import Step, StepState, step_id
from common.transaction import Transaction
from sqlalchemy import select

from plan_tracking.casefile import Casefile
from plan_tracking.domain.ledger_rows import ending, is_late
from plan_tracking.events import step_event
from plan_tracking.storage.copy_tables import InterviewRow
from plan_tracking.storage.follow_up_tables import StepRow
from plan_tracking.storage.plan_tables import PlanRow


async def open_step(
    tx: Transaction,
    interview: InterviewRow,
    step: Step,
    occurrence: str = "",
    *,
    plan: PlanRow | None = None,
    due_at: datetime | None = None,
    anchor: tuple[datetime, int] | None = None,
    responsible_id: UUID | None = None,
) -> StepRow:
    """Open a row, or the same one again after it was void; `anchor` is what a working-day due date counts from."""
    row = await step_of(tx, interview.id, step, occurrence)
    if row is None:
        row = StepRow(
            tenant_id=tx.tenant_id,
            id=step_id(interview.id, step, occurrence),
            interview_id=interview.id,
            step=step.value,
            occurrence=occurrence,
            employee_id=interview.employee_id,
        )
        tx.add(row)
    elif row.state not in {StepState.OPEN, StepState.WITHDRAWN}:
        return row
    row.state, row.ended_at, row.late = StepState.OPEN.value, None, False
    row.manager_id, row.responsible_id = interview.manager_id, responsible_id
    row.plan_id = None if plan is None else plan.id
    row.anchor_at, row.anchor_days = anchor or (None, None)
    row.due_at = due_at
    row.after_first_review = _is_after_first_review(plan, step, occurrence, due_at)
    publish_step(tx, row)
    return row


async def step_of(tx: Transaction, interview_id: UUID, step: Step, occurrence: str = "") -> StepRow | None:
    """Return one row of the case, or None where it has no such row."""
    return await tx.session.get(StepRow, (tx.tenant_id, step_id(interview_id, step, occurrence)))


async def open_rows(tx: Transaction, interview_id: UUID, *steps: Step) -> Sequence[StepRow]:
    """Return the case's open rows, of the given steps or of all."""
    query = select(StepRow).where(
        StepRow.tenant_id == tx.tenant_id, StepRow.interview_id == interview_id, StepRow.state == StepState.OPEN
    )
    if steps:
        query = query.where(StepRow.step.in_([step.value for step in steps]))
    return (await tx.session.scalars(query.order_by(StepRow.due_at, StepRow.id))).all()


async def complete(file: Casefile, step: Step, occurrence: str = "") -> StepRow | None:
    """Mark the row done now; one that has ended otherwise stays: the act counts, the ledger tells."""
    row = await step_of(file.tx, file.plan.interview_id, step, occurrence)
    if row is not None and row.state == StepState.OPEN:
        row.state, row.ended_at, row.plan_id = StepState.DONE.value, file.tx.now, file.plan.id
        row.late = is_late(file.tx.now, row.due_at)
        publish_step(file.tx, row)
    return row


def move(tx: Transaction, row: StepRow, due_at: datetime | None, anchor: tuple[datetime, int] | None = None) -> None:
    """Give an open row another due date."""
    if anchor is not None:
        row.anchor_at, row.anchor_days = anchor
    if row.due_at != due_at:
        row.due_at = due_at
        publish_step(tx, row)


def expect(tx: Transaction, row: StepRow, person_id: UUID | None) -> None:
    """Name who is to act on an open row; nobody where anyone of a role may."""
    if row.responsible_id != person_id:
        row.responsible_id = person_id
        publish_step(tx, row)


def end(tx: Transaction, row: StepRow, state: StepState | None = None) -> None:
    """End an open row that got no act: by default missed if it was due by now, else void."""
    row.state, row.ended_at = (state or ending(row.due_at, tx.now)).value, tx.now
    publish_step(tx, row)


async def end_case(tx: Transaction, interview_id: UUID) -> None:
    """End every open row of a case that is over."""
    for row in await open_rows(tx, interview_id):
        end(tx, row)


async def hand_over(tx: Transaction, interview: InterviewRow, previous_id: UUID | None, at: datetime) -> None:
    """Name the new manager: on rows due after the change as theirs, on all others as who acts from now on."""
    for row in await open_rows(tx, interview.id):
        if row.due_at is None or row.due_at >= at:
            row.manager_id = interview.manager_id
        if row.step != Step.SIGNED or (previous_id is not None and row.responsible_id == previous_id):
            row.responsible_id = interview.manager_id
        publish_step(tx, row)


def publish_step(tx: Transaction, row: StepRow) -> None:
    """Say how the row stands now; the step is its own aggregate."""
    tx.publish(row.id, step_event(row))


def _is_after_first_review(plan: PlanRow | None, step: Step, occurrence: str, due_at: datetime | None) -> bool:
    if plan is None or (step is Step.REVIEWED and not occurrence):
        return False
    if plan.first_reviewed_at is not None:
        return True
    return due_at is not None and plan.first_review_due_at is not None and due_at > plan.first_review_due_at
