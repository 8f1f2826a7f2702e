"""Add a fact in the session, marked as added there."""

from datetime import date
from uuid import UUID

from common.call import Call
from common.database import Database

from interview_record.domain.kpi import FactKind, FactLine
from interview_record.minutes import open_minutes
from interview_record.recording import record_facts


async def add_session_fact(
    database: Database,
    call: Call,
    interview_id: UUID,
    kind: FactKind,
    happened_on: date,
    *,
    text: str,
    evidence: str,
    expected_version: int,
) -> UUID:
    """Put an incident or highlight on record as told in this session."""
    async with database.transaction(call) as tx:
        minutes = await open_minutes(tx, call, interview_id, expected_version, until_end=False)
        line = FactLine(minutes.file.row.employee_id, kind, happened_on, text, evidence)
        _, added = await record_facts(tx, [line], interview_id=interview_id)
        minutes.touch()
        for row in added:
            minutes.file.record("fact_added", fact_id=row.id, fact_kind=row.kind)
        return tx.done(interview_id)
