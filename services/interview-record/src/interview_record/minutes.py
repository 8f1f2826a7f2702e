"""The session of a case inside a transaction: its row, its segments on the clock, its notes."""

from dataclasses import dataclass
from uuid import UUID

from common.call import Call
from common.errors import VersionMismatch
from common.transaction import Transaction
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from interview_record.casefile import Casefile, open_case
from interview_record.domain.session import NotInSession, SegmentTime, SegmentUnknown
from interview_record.policy import POLICY
from interview_record.storage.interview_tables import SegmentRow, SessionRow


@dataclass
class Minutes:
    """A locked session; `segments` stand in the agenda's order."""

    file: Casefile
    session: SessionRow
    segments: list[SegmentRow]

    @property
    def times(self) -> tuple[SegmentTime, ...]:
        """Return the segments as the domain counts them."""
        return tuple(SegmentTime(each.segment, each.started_at, each.ended_at) for each in self.segments)

    def set_times(self, times: tuple[SegmentTime, ...]) -> None:
        """Write the segments' times back."""
        for row, time in zip(self.segments, times, strict=True):
            row.started_at, row.ended_at = time.started_at, time.ended_at

    def segment(self, word: str) -> SegmentRow:
        """Return one segment; raise SegmentUnknown."""
        for row in self.segments:
            if row.segment == word:
                return row
        raise SegmentUnknown(segment=word)

    @property
    def current(self) -> str:
        """Return the segment that runs, or the last one that did."""
        started = [each for each in self.segments if each.started_at is not None]
        return max(started, key=lambda each: each.started_at or self.session.started_at).segment

    def touch(self) -> None:
        """Raise the session's version though only what hangs on it changed."""
        self.session.touched_at = self.file.tx.now
        flag_modified(self.session, "touched_at")


async def open_minutes(
    tx: Transaction, call: Call, interview_id: UUID, expected_version: int, *, until_end: bool
) -> Minutes:
    """Load and lock the session for its manager.

    Raises NotInSession before the start, after the end (with `until_end`), and once the case is concluded.
    """
    file = await open_case(tx, interview_id)
    POLICY.require(call.identity, "interview.hold", file.case, id=interview_id)
    session = await tx.session.get(SessionRow, (tx.tenant_id, interview_id), with_for_update=True)
    if session is None or file.row.state != "in_progress":
        raise NotInSession(state=file.row.state)
    if until_end and session.ended_at is not None:
        raise NotInSession(state="session_ended")
    file.check_manager("write_minutes")
    if session.version != expected_version:
        raise VersionMismatch(resource="session")
    segments = await tx.session.scalars(
        select(SegmentRow)
        .where(SegmentRow.tenant_id == tx.tenant_id, SegmentRow.interview_id == interview_id)
        .order_by(SegmentRow.position)
    )
    return Minutes(file, session, list(segments))
