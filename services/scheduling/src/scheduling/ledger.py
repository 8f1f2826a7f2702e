"""The ledger's step of booking: its due date is computed here, once, and every change is published."""

from datetime import datetime
from uuid import UUID

from common.steps import Step, StepState, step_id
from common.transaction import Transaction
from common.workdays import CalendarOutOfRange

from scheduling import events
from scheduling.casefile import Casefile
from scheduling.domain.booked_step import booking_due, ending
from scheduling.storage.calendars import work_calendar
from scheduling.storage.tables import StepRow


async def step_of(tx: Transaction, interview_id: UUID) -> StepRow | None:
    """Return the interview's step, or None where it was never opened here."""
    return await tx.session.get(StepRow, (tx.tenant_id, step_id(interview_id, Step.BOOKED)))


async def open_step(tx: Transaction, case: Casefile) -> None:
    """Open the step; without the employee's calendar its due date waits for it."""
    row = StepRow(
        tenant_id=tx.tenant_id,
        id=step_id(case.interview.id, Step.BOOKED),
        interview_id=case.interview.id,
        employee_id=case.interview.employee_id,
        manager_id=case.interview.manager_id,
        state=StepState.OPEN,
        due_at=await _due_at(case),
    )
    tx.add(row)
    publish(tx, row)


async def refresh_step(tx: Transaction, case: Casefile) -> None:
    """Compute an open step again, after its calendar, its last day or its manager changed."""
    row = await step_of(tx, case.interview.id)
    if row is None or row.state != StepState.OPEN:
        return
    before = (row.due_at, row.manager_id)
    row.due_at = await _due_at(case)
    since = case.interview.manager_since
    # What was due before the change stays with whoever held the case then.
    if since is None or row.due_at is None or row.due_at >= since:
        row.manager_id = case.interview.manager_id
    if before != (row.due_at, row.manager_id):
        publish(tx, row)


async def complete_step(tx: Transaction, interview_id: UUID, booking_id: UUID, at: datetime) -> None:
    """Mark an open step done by the booking, in time or late."""
    row = await step_of(tx, interview_id)
    if row is None or row.state != StepState.OPEN:
        return
    row.state, row.ended_at, row.subject_id = StepState.DONE, at, booking_id
    row.late = row.due_at is not None and at > row.due_at
    publish(tx, row)


async def waive_step(tx: Transaction, row: StepRow, *, by: UUID | None, reason: str, note: str) -> None:
    """Mark the step as not required in this case."""
    row.state, row.ended_at, row.waived_by, row.waiver_reason = StepState.WAIVED, tx.now, by, reason
    row.waiver_note = await tx.seal("step", "waiver_note", row.id, row.employee_id, note)
    publish(tx, row)
    tx.audit("step.waived", "interview", row.interview_id, step=Step.BOOKED, reason=reason)


async def waive_for_short_notice(tx: Transaction, interview_id: UUID, *, by: UUID | None, note: str) -> None:
    """Waive the step with an overridden notice; one that was late stays late."""
    row = await step_of(tx, interview_id)
    if row is None or row.state not in {StepState.OPEN, StepState.DONE} or row.late:
        return
    await waive_step(tx, row, by=by, reason="notice_shortened", note=note)


async def reopen_step(tx: Transaction, case: Casefile) -> None:
    """Open a done step again: its booking fell away before it was held."""
    row = await step_of(tx, case.interview.id)
    if row is None or row.state != StepState.DONE:
        return
    row.state, row.ended_at, row.subject_id, row.late = StepState.OPEN, None, None, False
    publish(tx, row)
    await refresh_step(tx, case)


async def miss_step(tx: Transaction, interview_id: UUID) -> None:
    """Mark an open step missed: the session was held without a booking."""
    await _end(tx, interview_id, cancelled=False)


async def end_with_cancelled_case(tx: Transaction, interview_id: UUID) -> None:
    """End an open step with its case: missed if it was due by now, else void."""
    await _end(tx, interview_id, cancelled=True)


def publish(tx: Transaction, row: StepRow) -> None:
    """Say how the step stands now; the step is its own aggregate."""
    tx.publish(row.id, events.step_event(row))


async def _end(tx: Transaction, interview_id: UUID, *, cancelled: bool) -> None:
    row = await step_of(tx, interview_id)
    if row is None or row.state != StepState.OPEN:
        return
    row.state = ending(row.due_at, tx.now) if cancelled else StepState.MISSED
    row.ended_at = tx.now
    publish(tx, row)


async def _due_at(case: Casefile) -> datetime | None:
    calendar = await work_calendar(case.source, case.employee.calendar_code)
    if calendar is None:
        return None
    interview = case.interview
    try:
        return booking_due(calendar, case.employee.time_zone, interview.hold_by, interview.notice_days)
    except CalendarOutOfRange:
        # A far last day is counted once its year comes into view.
        return None
