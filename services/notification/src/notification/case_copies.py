"""Keeping the read copies of interviews, bookings, plans, blockers and steps; each returns None for an old event."""

from typing import Any
from uuid import UUID

from common.events import Event
from common.inbox import is_newer
from common.timestamps import from_optional_timestamp, from_timestamp
from common.transaction import Transaction
from common.words import word
from google.protobuf.timestamp_pb2 import Timestamp
from tandem.common.v1 import steps_pb2 as steps
from tandem.interview_record.v1 import facts_pb2 as interviews
from tandem.plan_tracking.v1 import facts_pb2 as plans
from tandem.scheduling.v1 import facts_pb2 as bookings

from notification.storage.copies import copy_row
from notification.storage.copy_tables import BlockerRow, BookingRow, InterviewRow, PlanRow, StepRow
from notification.words import optional_id


async def copy_interview(tx: Transaction, event: Event[Any], facts: interviews.InterviewFacts) -> InterviewRow | None:
    """Write the case as the event states it."""
    row = await copy_row(tx, InterviewRow, UUID(facts.interview_id))
    if not is_newer(row, event):
        return None
    row.state = word(interviews.InterviewState, facts.state)
    row.employee_id, row.manager_id = UUID(facts.employee_id), optional_id(facts.manager_id)
    row.remind_before_days = facts.rules.remind_before_days
    tx.add(row)
    return row


async def copy_booking(tx: Transaction, event: Event[Any], facts: bookings.BookingFacts) -> BookingRow | None:
    """Write the booking as the event states it."""
    row = await copy_row(tx, BookingRow, UUID(facts.booking_id))
    if not is_newer(row, event):
        return None
    row.interview_id = UUID(facts.interview_id)
    row.employee_id, row.manager_id = UUID(facts.employee_id), UUID(facts.manager_id)
    row.state = word(bookings.BookingState, facts.state)
    row.starts_at, row.duration_minutes = from_timestamp(facts.starts_at), facts.duration_minutes
    row.invitation_id, row.invitation_sequence = UUID(facts.invitation_id), facts.invitation_sequence
    tx.add(row)
    return row


async def copy_plan(tx: Transaction, event: Event[Any], facts: plans.PlanFacts) -> PlanRow | None:
    """Write the plan as the event states it."""
    row = await copy_row(tx, PlanRow, UUID(facts.plan_id))
    if not is_newer(row, event):
        return None
    row.interview_id = UUID(facts.interview_id)
    row.employee_id, row.manager_id = UUID(facts.employee_id), optional_id(facts.manager_id)
    row.state = word(plans.PlanState, facts.state)
    row.revision, row.revision_state = facts.revision, word(plans.RevisionState, facts.revision_state)
    row.signed_by = [UUID(each.person_id) for each in facts.signatures]
    row.next_check_in_on = facts.next_check_in_on
    row.measures = {each.measure_id: {"owner": each.owner_id, "due_on": each.due_on} for each in facts.measures}
    tx.add(row)
    return row


async def copy_blocker(tx: Transaction, event: Event[Any], facts: plans.BlockerFacts) -> BlockerRow | None:
    """Write the blocker as the event states it."""
    row = await copy_row(tx, BlockerRow, UUID(facts.blocker_id))
    if not is_newer(row, event):
        return None
    row.interview_id = UUID(facts.interview_id)
    row.employee_id, row.manager_id = UUID(facts.employee_id), optional_id(facts.manager_id)
    row.owner_id = UUID(facts.owner_id)
    row.state = word(plans.BlockerState, facts.state)
    row.resolve_by = from_optional_timestamp(facts.resolve_by)
    tx.add(row)
    return row


async def copy_step(
    tx: Transaction, event: Event[Any], key: steps.StepKey, state: str, due_at: Timestamp | None
) -> StepRow | None:
    """Write the ledger's row as the event states it; without `due_at` the known one stays."""
    row = await copy_row(tx, StepRow, UUID(key.step_id))
    if not is_newer(row, event):
        return None
    row.interview_id, row.step, row.occurrence = UUID(key.interview_id), word(steps.Step, key.step), key.occurrence
    row.employee_id, row.manager_id = UUID(key.employee_id), optional_id(key.manager_id)
    row.responsible_id = optional_id(key.responsible_person_id)
    row.required, row.state = key.required, state
    if due_at is not None:
        row.due_at = from_optional_timestamp(due_at)
    tx.add(row)
    return row
