"""Start the session and its first segment."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.ids import new_id

from interview_record import ledger
from interview_record.agenda import planned
from interview_record.casefile import open_case
from interview_record.domain.interview import State
from interview_record.policy import POLICY
from interview_record.storage.interview_tables import SegmentRow, SessionRow


async def start_session(database: Database, call: Call, interview_id: UUID, expected_version: int) -> UUID:
    """Begin; needs no booking: without one, the preparation was due before this very start."""
    async with database.transaction(call) as tx:
        file = await open_case(tx, interview_id, expected_version=expected_version)
        POLICY.require(call.identity, "interview.hold", file.case, id=interview_id)
        file.check_manager("start_session")
        file.row.state, file.row.session_started_at = State.IN_PROGRESS, tx.now
        if file.row.starts_at is None:
            await ledger.recompute_preparation(file, tx.now)
        tx.add(SessionRow(tenant_id=tx.tenant_id, id=interview_id, started_at=tx.now))
        for position, (segment, minutes) in enumerate(planned(file.rules)):
            tx.add(
                SegmentRow(
                    tenant_id=tx.tenant_id,
                    id=new_id(),
                    interview_id=interview_id,
                    position=position,
                    segment=segment,
                    planned_minutes=minutes,
                    started_at=tx.now if position == 0 else None,
                )
            )
        file.record("session_started", file.events.session_started())
        return tx.done(interview_id)
