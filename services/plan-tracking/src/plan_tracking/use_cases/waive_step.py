"""Waive a step of this service in one case, before its due date."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import NotFound
from common.steps import Step, StepState, WaiverReason

from plan_tracking.casefile import acting_person, plan_of_interview
from plan_tracking.domain.ledger_rows import require_waivable
from plan_tracking.domain.rules import PlanRules
from plan_tracking.ledger import publish_step, step_of
from plan_tracking.policy import POLICY, case_of
from plan_tracking.storage.copies import interview_of, person_of


async def waive_step(
    database: Database, call: Call, interview_id: UUID, step: Step, occurrence: str, reason: WaiverReason, note: str
) -> UUID:
    """Waive as the HRBP, or the manager where the playbook says so; returns the step's id. Raises StepClosed."""
    async with database.transaction(call) as tx:
        interview = await interview_of(tx, interview_id)
        await plan_of_interview(tx, interview_id)
        employee = await person_of(tx, interview.employee_id)
        by_manager = PlanRules.of_json(interview.rules).manager_may_waive
        action = "plan.waive_by_manager" if by_manager else "plan.waive"
        POLICY.require(tx.identity, action, case_of(employee, interview, interview.manager_id), id=interview_id)
        acting_person(tx, action)
        row = await step_of(tx, interview_id, step, occurrence)
        if row is None:
            raise NotFound(resource="step", id=f"{step}/{occurrence}" if occurrence else step)
        require_waivable(step, row.state, row.due_at, tx.now)
        row.state, row.ended_at = StepState.WAIVED.value, tx.now
        row.waived_by, row.waiver_reason = tx.identity.subject, reason.value
        row.waiver_note = await tx.seal("step", "waiver_note", row.id, interview.employee_id, note.strip())
        publish_step(tx, row)
        tx.audit("step.waived", "interview", interview_id, step=step, occurrence=occurrence, reason=reason)
        return tx.done(row.id)
