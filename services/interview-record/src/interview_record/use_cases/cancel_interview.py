"""Cancel an interview."""

from uuid import UUID

from common.call import Call
from common.database import Database

from interview_record.casefile import open_case
from interview_record.domain.interview import CancelReason
from interview_record.ending import cancel
from interview_record.policy import POLICY


async def cancel_interview(
    database: Database, call: Call, interview_id: UUID, reason: str, note: str, expected_version: int
) -> UUID:
    """Cancel with a reason: the manager before the briefing is shared, the HRBP also after."""
    async with database.transaction(call) as tx:
        file = await open_case(tx, interview_id, expected_version=expected_version)
        action = "interview.cancel" if file.row.briefed_at else "interview.cancel_before_sharing"
        POLICY.require(call.identity, action, file.case, id=interview_id)
        await cancel(file, CancelReason(reason), text=note, by=call.identity.subject)
        return tx.done(interview_id)
