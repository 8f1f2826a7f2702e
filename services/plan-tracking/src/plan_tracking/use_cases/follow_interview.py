"""Keep the read copy of interviews, and draw what each change means for the plan and its ledger rows.

Every interview event carries the whole state, so what changed is found by comparing, whichever events arrived.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from common.database import Database
from common.events import Event
from common.inbox import is_newer
from common.steps import Step
from common.transaction import Transaction

from plan_tracking.casefile import casefile_of, plan_of_interview
from plan_tracking.domain.rules import PlanRules
from plan_tracking.domain.states import RUNNING, PlanState, WithdrawReason
from plan_tracking.governing import withdraw_plan
from plan_tracking.ledger import end_case, hand_over, move, open_rows, open_step
from plan_tracking.reassigning import reassign
from plan_tracking.rescheduling import move_anchored
from plan_tracking.storage.copies import person_of, workdays_of
from plan_tracking.storage.copy_tables import InterviewRow
from plan_tracking.storage.plan_tables import PlanRow
from plan_tracking.views import events_of

UNDER_WAY = frozenset({"open", "in_progress"})


@dataclass(frozen=True)
class InterviewCopy:
    """An interview as an event states it; `values` are columns of the read copy.

    `decide_by` is when each open dispute must be decided, where the event says so.
    """

    interview_id: UUID
    values: dict[str, Any]
    open_dispute_ids: tuple[str, ...]
    decide_by: dict[str, datetime]
    left: bool = False


async def follow_interview(database: Database, event: Event[Any], copy: InterviewCopy) -> None:
    """Apply the interview's state if it is newer than what is known, with all that follows from it."""
    async with database.reaction(event) as tx:
        plan = await plan_of_interview(tx, copy.interview_id)
        row = await tx.session.get(InterviewRow, (tx.tenant_id, copy.interview_id), with_for_update=True)
        is_new = row is None
        if row is None:
            row = InterviewRow(tenant_id=tx.tenant_id, id=copy.interview_id, epoch=0, sequence=0, open_disputes={})
        if not is_newer(row, event):
            return
        before = (
            None if is_new else (row.manager_id, row.session_ended_at, row.open_disputes, row.last_dispute_decided_at)
        )
        for name, value in copy.values.items():
            setattr(row, name, value)
        row.open_disputes = _disputes(row.open_disputes, copy)
        tx.add(row)
        await tx.session.flush()
        if row.state == "cancelled":
            await _cancel(tx, row, plan, left=copy.left)
            return
        if before is None:
            if row.state not in UNDER_WAY:
                return
            await _open_ledger(tx, row)
            before = (row.manager_id, None, {}, None)
        await _follow_changes(tx, row, plan, before, event.time)


async def _follow_changes(
    tx: Transaction, row: InterviewRow, plan: PlanRow | None, before: tuple[Any, ...], at: datetime
) -> None:
    manager_id, session_ended_at, open_disputes, last_decided_at = before
    if row.manager_id != manager_id:
        await _change_manager(tx, row, plan, manager_id, at)
    if row.session_ended_at is not None and session_ended_at is None:
        await _session_ended(tx, row, row.session_ended_at)
    disputes_moved = _compared(row)[2:] != (open_disputes, last_decided_at)
    if row.session_ended_at is not None and (disputes_moved or session_ended_at is None):
        days = await workdays_of(tx, await person_of(tx, row.employee_id))
        await move_anchored(tx, row, plan, days)


def _compared(row: InterviewRow) -> tuple[Any, ...]:
    return row.manager_id, row.session_ended_at, row.open_disputes, row.last_dispute_decided_at


def _disputes(known: dict[str, Any], copy: InterviewCopy) -> dict[str, Any]:
    said = {id: moment.isoformat() for id, moment in copy.decide_by.items()}
    return {id: said.get(id) or known.get(id) for id in copy.open_dispute_ids}


async def _open_ledger(tx: Transaction, row: InterviewRow) -> None:
    """Open the rows that every case has; they get their due dates when the session ends."""
    await open_step(tx, row, Step.AGREED, responsible_id=row.manager_id)
    await open_step(tx, row, Step.SIGNED)


async def _session_ended(tx: Transaction, row: InterviewRow, ended_at: datetime) -> None:
    rules = PlanRules.of_json(row.rules)
    days = await workdays_of(tx, await person_of(tx, row.employee_id))
    counted = {Step.AGREED.value: rules.agree_days, Step.SIGNED.value: rules.sign_days}
    for each in await open_rows(tx, row.id, Step.AGREED, Step.SIGNED):
        if each.anchor_at is None and not each.occurrence:
            count = counted[each.step]
            move(tx, each, days.after(ended_at, count), (ended_at, count))


async def _change_manager(
    tx: Transaction, row: InterviewRow, plan: PlanRow | None, previous_id: UUID | None, at: datetime
) -> None:
    ended = [datetime.fromisoformat(each["until"]) for each in row.past_managers]
    effective_at = max(ended, default=at) if previous_id is not None else at
    await hand_over(tx, row, previous_id, effective_at)
    if plan is not None and plan.state in RUNNING:
        await reassign(await casefile_of(tx, plan), previous_id, effective_at)


async def _cancel(tx: Transaction, row: InterviewRow, plan: PlanRow | None, *, left: bool) -> None:
    if plan is not None and not PlanState(plan.state).ended:
        file = await casefile_of(tx, plan)
        reason = WithdrawReason.LEFT if left else WithdrawReason.INTERVIEW_CANCELLED
        await withdraw_plan(file, reason)
        file.record("withdrawn", (await events_of(file)).withdrawn(None, tx.now), reason=reason)
    await end_case(tx, row.id)
