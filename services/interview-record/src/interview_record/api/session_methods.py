"""During the interview: segments on the clock, notes, facts."""

from typing import Any
from uuid import UUID

from common.call import Call, current_call
from common.errors import NotFound
from common.grpc_server import once
from common.timestamps import from_day, to_optional_timestamp, to_timestamp
from common.transaction import Transaction
from google.protobuf.json_format import ParseDict
from sqlalchemy import select
from tandem.interview_record.v1 import fact_pb2
from tandem.interview_record.v1 import facts_pb2 as facts
from tandem.interview_record.v1 import session_pb2 as pb
from tandem.interview_record.v1.playbook_rules_pb2 import Segment

from interview_record.api.interview_mapping import word
from interview_record.api.interview_methods import InterviewMethods
from interview_record.api.methods import Context
from interview_record.data_sheet import fact_document
from interview_record.domain.kpi import FactKind
from interview_record.events import enum_value
from interview_record.reading import SeenCase, note_read, reading, see_case
from interview_record.storage.facts_tables import FactRow
from interview_record.storage.interview_tables import CitedFactRow, SegmentRow, SessionRow
from interview_record.storage.texts import open_text
from interview_record.use_cases.add_session_fact import add_session_fact
from interview_record.use_cases.cite_fact import cite_fact
from interview_record.use_cases.end_session import end_session
from interview_record.use_cases.enter_segment import enter_segment
from interview_record.use_cases.save_segment_notes import save_segment_notes
from interview_record.use_cases.start_session import start_session


class SessionMethods(InterviewMethods):
    """The talk itself; all of it is the manager's to run."""

    async def StartSession(self, request: pb.StartSessionRequest, context: Context) -> pb.StartSessionResponse:
        """Start the session and its first segment."""
        call = current_call()
        done = start_session(self._database, call, UUID(request.interview_id), request.expected_version)
        interview_id = await once(done)
        return pb.StartSessionResponse(
            session=await self._session(call, interview_id), interview=await self._interview(call, interview_id)
        )

    async def EnterSegment(self, request: pb.EnterSegmentRequest, context: Context) -> pb.EnterSegmentResponse:
        """End the running segment and enter another."""
        call = current_call()
        segment = word(Segment, "SEGMENT", request.segment)
        done = enter_segment(self._database, call, UUID(request.interview_id), segment, request.expected_version)
        return pb.EnterSegmentResponse(session=await self._session(call, await once(done)))

    async def SaveSegmentNotes(
        self, request: pb.SaveSegmentNotesRequest, context: Context
    ) -> pb.SaveSegmentNotesResponse:
        """Keep a segment's notes."""
        call = current_call()
        segment = word(Segment, "SEGMENT", request.segment)
        done = save_segment_notes(
            self._database, call, UUID(request.interview_id), segment, request.notes, request.expected_version
        )
        return pb.SaveSegmentNotesResponse(session=await self._session(call, await once(done)))

    async def CiteFact(self, request: pb.CiteFactRequest, context: Context) -> pb.CiteFactResponse:
        """Cite a fact of the data sheet."""
        call = current_call()
        kind = word(facts.FactKind, "FACT_KIND", request.kind)
        done = cite_fact(
            self._database, call, UUID(request.interview_id), kind, UUID(request.fact_id), request.expected_version
        )
        return pb.CiteFactResponse(session=await self._session(call, await once(done)))

    async def AddSessionFact(self, request: pb.AddSessionFactRequest, context: Context) -> pb.AddSessionFactResponse:
        """Add a fact, marked as added in the session."""
        call = current_call()
        interview_id = UUID(request.interview_id)
        done = add_session_fact(
            self._database,
            call,
            interview_id,
            FactKind(word(facts.FactKind, "FACT_KIND", request.kind)),
            from_day(request.happened_on),
            text=request.text,
            evidence=request.evidence,
            expected_version=request.expected_version,
        )
        return pb.AddSessionFactResponse(session=await self._session(call, await once(done)))

    async def EndSession(self, request: pb.EndSessionRequest, context: Context) -> pb.EndSessionResponse:
        """End the session."""
        call = current_call()
        done = end_session(self._database, call, UUID(request.interview_id), request.expected_version)
        interview_id = await once(done)
        return pb.EndSessionResponse(
            session=await self._session(call, interview_id), interview=await self._interview(call, interview_id)
        )

    async def GetSession(self, request: pb.GetSessionRequest, context: Context) -> pb.GetSessionResponse:
        """Answer session, segments, notes and facts."""
        return pb.GetSessionResponse(session=await self._session(current_call(), UUID(request.interview_id)))

    async def _session(self, call: Call, interview_id: UUID) -> pb.Session:
        async with reading(self._database, call) as tx:
            seen = await see_case(tx, interview_id)
            row = await tx.session.get(SessionRow, (tx.tenant_id, interview_id))
            if row is None or not seen.sees(row.ended_at or row.started_at):
                raise NotFound(resource="session", id=interview_id)
            if tx.identity.person_id != seen.row.manager_id:
                note_read(tx, seen, "session")
            segments = await _segments(tx, seen)
            entered = [each for each in segments if each.HasField("started_at")]
            running = [each.segment for each in entered if not each.HasField("ended_at")]
            return pb.Session(
                interview_id=str(interview_id),
                started_at=to_timestamp(row.started_at),
                ended_at=to_optional_timestamp(row.ended_at),
                segments=segments,
                current_segment=running[0] if running else Segment.SEGMENT_UNSPECIFIED,
                cited_facts=await _cited(tx, interview_id),
                added_facts=await _added(tx, interview_id),
                version=row.version,
            )


async def _segments(tx: Transaction, seen: SeenCase) -> list[pb.HeldSegment]:
    rows = await tx.session.scalars(
        select(SegmentRow)
        .where(SegmentRow.tenant_id == tx.tenant_id, SegmentRow.interview_id == seen.row.id)
        .order_by(SegmentRow.position)
    )
    return [
        pb.HeldSegment(
            segment=enum_value(Segment, "SEGMENT", row.segment),
            planned_minutes=row.planned_minutes,
            started_at=to_optional_timestamp(row.started_at),
            ended_at=to_optional_timestamp(row.ended_at),
            notes=await open_text(tx, "segment", "notes", row.id, seen.row.employee_id, row.notes),
        )
        for row in rows
    ]


async def _cited(tx: Transaction, interview_id: UUID) -> list[pb.CitedFact]:
    rows = await tx.session.scalars(
        select(CitedFactRow)
        .where(CitedFactRow.tenant_id == tx.tenant_id, CitedFactRow.interview_id == interview_id)
        .order_by(CitedFactRow.cited_at, CitedFactRow.fact_id)
    )
    return [
        pb.CitedFact(
            kind=enum_value(facts.FactKind, "FACT_KIND", row.fact_kind),
            fact_id=str(row.fact_id),
            segment=enum_value(Segment, "SEGMENT", row.segment),
            cited_at=to_timestamp(row.cited_at),
        )
        for row in rows
    ]


async def _added(tx: Transaction, interview_id: UUID) -> list[Any]:
    rows = await tx.session.scalars(
        select(FactRow)
        .where(FactRow.tenant_id == tx.tenant_id, FactRow.interview_id == interview_id)
        .order_by(FactRow.id)
    )
    return [ParseDict(await fact_document(tx, row), fact_pb2.Fact()) for row in rows]
