"""Keep the notes of a segment."""

from uuid import UUID

from common.call import Call
from common.database import Database

from interview_record.minutes import open_minutes


async def save_segment_notes(
    database: Database, call: Call, interview_id: UUID, segment: str, notes: str, expected_version: int
) -> UUID:
    """Seal the notes; they may be tidied after the end, until the interview is concluded."""
    async with database.transaction(call) as tx:
        minutes = await open_minutes(tx, call, interview_id, expected_version, until_end=False)
        row = minutes.segment(segment)
        row.notes = await tx.seal("segment", "notes", row.id, minutes.file.row.employee_id, notes)
        minutes.touch()
        minutes.file.record("notes_saved", segment=segment)
        return tx.done(interview_id)
