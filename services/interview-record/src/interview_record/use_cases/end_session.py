"""End the session."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.steps import Step

from interview_record import ledger
from interview_record.domain import session
from interview_record.minutes import open_minutes


async def end_session(database: Database, call: Call, interview_id: UUID, expected_version: int) -> UUID:
    """End the running segment and the session: the interview is held, evaluations and the plan fall due."""
    async with database.transaction(call) as tx:
        minutes = await open_minutes(tx, call, interview_id, expected_version, until_end=True)
        file = minutes.file
        minutes.set_times(session.end_running(minutes.times, tx.now))
        minutes.session.ended_at = file.row.session_ended_at = tx.now
        minutes.touch()
        # Held counts from when the two sat down, however long they talked.
        await ledger.complete(file, Step.HELD, at=file.row.session_started_at or tx.now)
        await ledger.open_evaluations(file, tx.now)
        file.record("session_ended", file.events.session_ended(minutes.times))
        return tx.done(interview_id)
