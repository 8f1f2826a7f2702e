"""Enter a segment of the session."""

from uuid import UUID

from common.call import Call
from common.database import Database

from interview_record.domain import session
from interview_record.minutes import open_minutes


async def enter_segment(
    database: Database, call: Call, interview_id: UUID, segment: str, expected_version: int
) -> UUID:
    """End the running segment and start this one."""
    async with database.transaction(call) as tx:
        minutes = await open_minutes(tx, call, interview_id, expected_version, until_end=True)
        minutes.set_times(session.enter(minutes.times, segment, tx.now))
        minutes.touch()
        minutes.file.record("segment_entered", segment=segment)
        return tx.done(interview_id)
