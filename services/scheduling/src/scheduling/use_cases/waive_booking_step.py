"""Waiving the step of booking."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import NotFound
from common.steps import Step

from scheduling import ledger
from scheduling.casefile import open_case
from scheduling.domain.booked_step import require_waivable
from scheduling.policy import POLICY


async def waive_booking_step(
    database: Database, call: Call, interview_id: UUID, step: str, reason: str, note: str
) -> UUID:
    """Mark the step as not required in this case, before its due date; return the step's id."""
    async with database.transaction(call) as tx:
        case = await open_case(tx, interview_id, lock=True)
        action = "booking.waive_by_manager" if case.interview.waiver_by_manager else "booking.waive"
        POLICY.require(tx.identity, action, await case.policy_case(), id=interview_id)
        row = await ledger.step_of(tx, interview_id)
        if row is None or step != Step.BOOKED:
            raise NotFound(resource="step", id=step)
        require_waivable(row.state, row.due_at, tx.now)
        await ledger.waive_step(tx, row, by=tx.identity.person_id, reason=reason, note=note)
        return tx.done(row.id)
