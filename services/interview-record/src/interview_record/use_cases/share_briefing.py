"""Share the briefing, or a correction of it."""

from uuid import UUID

from common.call import Call
from common.database import Database

from interview_record import briefing
from interview_record.casefile import open_case
from interview_record.policy import POLICY


async def share_briefing(database: Database, call: Call, interview_id: UUID, expected_version: int) -> UUID:
    """Freeze, hash and share what stands now; late is late, never blocked."""
    async with database.transaction(call) as tx:
        file = await open_case(tx, interview_id, expected_version=expected_version)
        POLICY.require(call.identity, "interview.share", file.case, id=interview_id)
        file.check_manager("share_briefing")
        await briefing.share(file)
        return tx.done(interview_id)
