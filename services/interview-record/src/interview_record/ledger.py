"""The ledger rows that this service owns: their dues are computed here, once, and every change is published."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from common.steps import Step, StepState, step_id
from common.transaction import Transaction
from sqlalchemy import select
from tandem.interview_record.v1.playbook_rules_pb2 import SELF_ANALYSIS_RULE_REQUIRED

from interview_record.casefile import Casefile
from interview_record.domain import steps
from interview_record.domain.dues import is_late, preparation_dues
from interview_record.events import step_event
from interview_record.storage.interview_tables import InterviewRow, StepRow

PREPARATION = (Step.DATA_READY, Step.GOAL_SET, Step.SHARED, Step.SELF_ANALYSIS)
_RESPONSIBLE = {Step.SELF_ANALYSIS: "employee", Step.ARCHIVED: "platform"}


async def open_ledger(file: Casefile) -> None:
    """Open the rows that every case has from its first day."""
    required = file.rules.preparation.self_analysis == SELF_ANALYSIS_RULE_REQUIRED
    for step in PREPARATION:
        _add(file, step, required=required if step is Step.SELF_ANALYSIS else True)
    _add(file, Step.HELD, due_at=(await file.work_time()).held_by(file.row.hold_by))


async def rows_of(tx: Transaction, interview_id: UUID) -> dict[tuple[str, str], StepRow]:
    """Return the case's rows by step and occurrence."""
    found = await tx.session.scalars(
        select(StepRow).where(StepRow.tenant_id == tx.tenant_id, StepRow.interview_id == interview_id)
    )
    return {(row.step, row.occurrence): row for row in found}


async def row_of(tx: Transaction, interview_id: UUID, step: Step, occurrence: str = "") -> StepRow | None:
    """Return one row of the case, or None where the case has no such row."""
    return await tx.session.get(StepRow, (tx.tenant_id, step_id(interview_id, step, occurrence)))


async def recompute_preparation(file: Casefile, starts_at: datetime | None) -> None:
    """Move the open rows with the start; a row done before any start was known learns its due date, once."""
    dues = preparation_dues(await file.work_time(), starts_at, file.rules.notice.sharing_days)
    rows = await rows_of(file.tx, file.row.id)
    for step, due_at in dues.items():
        row = rows[step, ""]
        if row.due_at == due_at:
            continue
        if row.state == StepState.OPEN:
            row.due_at = due_at
        elif row.state == StepState.DONE and row.due_at is None and row.ended_at is not None:
            row.due_at, row.late = due_at, is_late(row.ended_at, due_at)
        else:
            continue
        publish(file.tx, row)


async def recompute_calendar(file: Casefile) -> None:
    """Compute the open rows again after the employee's calendar or zone changed."""
    work_time, row = await file.work_time(), file.row
    prepared = preparation_dues(work_time, row.starts_at, file.rules.notice.sharing_days)
    dues: dict[str, datetime | None] = {str(step): due_at for step, due_at in prepared.items()}
    dues[Step.HELD] = work_time.held_by(row.hold_by)
    days = {Step.EVALUATED: file.rules.evaluation.evaluate_days, Step.ARCHIVED: file.rules.signing.archive_days}
    for each in (await rows_of(file.tx, row.id)).values():
        due_at = dues.get(each.step, each.due_at)
        if each.counted_from is not None:
            due_at = work_time.after(each.counted_from, days[Step(each.step)])
        if each.state == StepState.OPEN and each.due_at != due_at:
            each.due_at = due_at
            publish(file.tx, each)


async def open_evaluations(file: Casefile, ended_at: datetime) -> None:
    """Open a row for each side that the playbook asks."""
    due_at = (await file.work_time()).after(ended_at, file.rules.evaluation.evaluate_days)
    for side in file.asked_sides:
        _add(file, Step.EVALUATED, occurrence=side, due_at=due_at, counted_from=ended_at, responsible=side)


async def open_archiving(file: Casefile, occurrence: str, item_id: UUID, caused_at: datetime) -> None:
    """Open the row of one archive item."""
    due_at = (await file.work_time()).after(caused_at, file.rules.signing.archive_days)
    later = file.row.first_reviewed_at is not None and caused_at > file.row.first_reviewed_at
    _add(
        file,
        Step.ARCHIVED,
        occurrence=occurrence,
        due_at=due_at,
        counted_from=caused_at,
        subject_id=item_id,
        after_first_review=later,
    )


async def complete(
    file: Casefile, step: Step, occurrence: str = "", *, at: datetime, subject_id: UUID | None = None
) -> None:
    """Mark the row done; one that has ended otherwise stays as it is: the act counts, the ledger tells."""
    row = await row_of(file.tx, file.row.id, step, occurrence)
    if row is None or row.state != StepState.OPEN:
        return
    row.state, row.ended_at, row.late = StepState.DONE, at, is_late(at, row.due_at)
    row.subject_id = subject_id or row.subject_id
    publish(file.tx, row)


async def end_with_cancelled_case(file: Casefile) -> None:
    """End every open row: missed if it was due by now, else void."""
    for row in await _open_rows(file):
        row.state, row.ended_at = steps.ending(row.due_at, file.tx.now), file.tx.now
        publish(file.tx, row)


async def end_with_closed_case(file: Casefile) -> None:
    """Miss what can no longer be done; what is not due yet waits for its own deadline."""
    for row in await _open_rows(file):
        if row.step == Step.ARCHIVED:
            continue
        if row.due_at is not None and row.due_at > file.tx.now:
            await file.tx.due("miss_step", row.id, row.due_at)
        else:
            miss(file.tx, row)


async def hand_over(file: Casefile, effective_at: datetime) -> None:
    """Name the new manager on the open rows that fall due after the change."""
    for row in await _open_rows(file):
        if row.due_at is None or row.due_at >= effective_at:
            row.manager_id = file.row.manager_id
            publish(file.tx, row)


def miss(tx: Transaction, row: StepRow) -> None:
    """Mark an open row missed."""
    row.state, row.ended_at = StepState.MISSED, tx.now
    publish(tx, row)


def publish(tx: Transaction, row: StepRow) -> None:
    """Say how the row stands now; the step is its own aggregate."""
    tx.publish(row.id, step_event(row))


async def _open_rows(file: Casefile) -> Iterable[StepRow]:
    return [row for row in (await rows_of(file.tx, file.row.id)).values() if row.state == StepState.OPEN]


def _add(
    file: Casefile,
    step: Step,
    *,
    occurrence: str = "",
    due_at: datetime | None = None,
    counted_from: datetime | None = None,
    required: bool = True,
    responsible: str = "",
    subject_id: UUID | None = None,
    after_first_review: bool = False,
) -> None:
    case: InterviewRow = file.row
    row = StepRow(
        tenant_id=case.tenant_id,
        id=step_id(case.id, step, occurrence),
        interview_id=case.id,
        step=step,
        occurrence=occurrence,
        state=StepState.OPEN,
        employee_id=case.employee_id,
        manager_id=case.manager_id,
        responsible=responsible or _RESPONSIBLE.get(step, "manager"),
        subject_id=subject_id,
        required=required,
        after_first_review=after_first_review,
        due_at=due_at,
        counted_from=counted_from,
        late=False,
    )
    file.tx.add(row)
    publish(file.tx, row)
