"""Waive a step in one case."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import NotFound
from common.steps import Step, StepState, WaiverReason, step_id

from interview_record import ledger
from interview_record.casefile import open_case
from interview_record.domain.steps import check_waivable
from interview_record.policy import POLICY


async def waive_step(
    database: Database, call: Call, interview_id: UUID, *, step: str, occurrence: str, reason: str, note: str
) -> UUID:
    """Waive before the due date: the HRBP, or the manager where the playbook lets them. Returns the step's id."""
    async with database.transaction(call) as tx:
        file = await open_case(tx, interview_id)
        action = "interview.waive_by_manager" if file.manager_may_waive else "interview.waive"
        POLICY.require(call.identity, action, file.case, id=interview_id)
        file.check("waive_step")
        row = await ledger.row_of(tx, interview_id, Step(step), occurrence)
        if row is None:
            raise NotFound(resource="step", id=step_id(interview_id, step, occurrence))
        check_waivable(row.step, row.state, row.due_at, tx.now)
        row.state, row.ended_at, row.ended_by = StepState.WAIVED, tx.now, call.identity.subject
        row.waiver_reason = WaiverReason(reason)
        row.waiver_text = await tx.seal("step", "waiver_text", row.id, row.employee_id, note)
        ledger.publish(tx, row)
        file.record("step_waived", step=step, occurrence=occurrence, reason=reason)
        return tx.done(row.id)
