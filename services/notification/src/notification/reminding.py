"""Planning reminders: due rows at the begin of work some working days before what is due."""

from datetime import date, datetime, timedelta
from uuid import UUID

from common.transaction import Transaction

from notification.domain.reminders import reminder_at
from notification.storage.copies import arrived, calendar_of, case_of
from notification.storage.copy_tables import BlockerRow, BookingRow, PersonRow, PlanRow, StepRow

REMIND_SESSION = "remind_session"
REMIND_STEP = "remind_step"
STEP_OVERDUE = "step_overdue"
REMIND_MEASURE = "remind_measure"
REMIND_BLOCKER = "remind_blocker"
# What was done in the last moment is on its way here.
_ARRIVAL = timedelta(minutes=1)
_LIVE = frozenset({"proposed", "confirmed"})


async def plan_session_reminder(tx: Transaction, booking: BookingRow) -> None:
    """Plan to remind both people of a live booking; forget it for one that ended."""
    if booking.state not in _LIVE:
        await forget_session(tx, booking.id)
        return
    at = await _reminder_at(tx, booking.interview_id, booking.employee_id, booking.employee_id, booking.starts_at)
    await _plan(tx, REMIND_SESSION, booking.id, at)


async def forget_session(tx: Transaction, booking_id: UUID) -> None:
    """Remind nobody of the booking."""
    await tx.cancel_due(REMIND_SESSION, booking_id)


async def plan_step(tx: Transaction, step: StepRow) -> None:
    """Plan to remind of an open step before it is due, and to tell that it is overdue; forget both for a closed one."""
    if step.state != "open" or step.due_at is None:
        await tx.cancel_due(REMIND_STEP, step.id)
        await tx.cancel_due(STEP_OVERDUE, step.id)
        return
    reader = step.responsible_id or step.manager_id or step.employee_id
    at = await _reminder_at(tx, step.interview_id, step.employee_id, reader, step.due_at)
    await _plan(tx, REMIND_STEP, step.id, at)
    await _plan(tx, STEP_OVERDUE, step.id, step.due_at + _ARRIVAL if step.due_at > tx.now else None)


async def plan_blocker(tx: Transaction, blocker: BlockerRow) -> None:
    """Plan to remind the owner of an open blocker before it goes to the HRBP."""
    at = None
    if blocker.state == "open" and blocker.resolve_by is not None:
        at = await _reminder_at(tx, blocker.interview_id, blocker.employee_id, blocker.owner_id, blocker.resolve_by)
    await _plan(tx, REMIND_BLOCKER, blocker.id, at)


async def plan_measures(tx: Transaction, plan: PlanRow) -> None:
    """Plan to remind the owners of the measures in force who are no part of the case; forget all others."""
    await tx.cancel_due(REMIND_MEASURE, plan.id, key=None)
    if plan.state != "active":
        return
    employee = await arrived(tx, PersonRow, plan.employee_id)
    calendar = await calendar_of(tx, employee)
    for measure_id, measure in supporters_measures(plan).items():
        due_at = calendar.end_of_work(date.fromisoformat(measure["due_on"]), employee.time_zone)
        at = await _reminder_at(tx, plan.interview_id, plan.employee_id, UUID(measure["owner"]), due_at)
        if at is not None:
            await tx.due(REMIND_MEASURE, plan.id, at, measure_id)


def supporters_measures(plan: PlanRow) -> dict[str, dict[str, str]]:
    """Return the measures with a date whose owner is neither the employee nor the manager."""
    parties = {str(plan.employee_id), str(plan.manager_id)}
    return {
        measure_id: measure
        for measure_id, measure in plan.measures.items()
        if measure["owner"] and measure["due_on"] and measure["owner"] not in parties
    }


async def _reminder_at(
    tx: Transaction, interview_id: UUID, employee_id: UUID, reader_id: UUID, due_at: datetime
) -> datetime | None:
    case = await case_of(tx, interview_id)
    calendar = await calendar_of(tx, await arrived(tx, PersonRow, employee_id))
    reader = await arrived(tx, PersonRow, reader_id)
    return reminder_at(calendar, reader.time_zone, due_at, case.remind_before_days, tx.now)


async def _plan(tx: Transaction, kind: str, object_id: UUID, at: datetime | None) -> None:
    if at is None:
        await tx.cancel_due(kind, object_id)
    else:
        await tx.due(kind, object_id, at)
