"""The talk itself: segments, notes, facts; started at its interview."""

from uuid import UUID

from tandem.interview_record.v1 import facts_pb2 as facts
from tandem.interview_record.v1 import session_pb2 as pb
from tandem.interview_record.v1.playbook_rules_pb2 import Segment

from gateway.calls import Change, Read
from gateway.resource import Resource
from gateway.schemas.fields import day_text, number
from gateway.schemas.interview_sessions import AddedFact, Citation, SegmentChoice, SegmentNotes, SessionOut

interview_sessions = Resource("interviews/{interview_id}/session", "Interviews")


@interview_sessions.get("")
async def get_session(interview_id: UUID, call: Read) -> SessionOut:
    """Segments as they were held, notes, cited and added facts."""
    reply = await call.interview_record.GetSession(pb.GetSessionRequest(interview_id=str(interview_id)))
    return SessionOut.of(reply.session)


@interview_sessions.post(":enter-segment")
async def enter_segment(interview_id: UUID, choice: SegmentChoice, call: Change) -> SessionOut:
    """End the running segment and enter another. 409 `NOT_IN_SESSION`, `SEGMENT_ALREADY_HELD`."""
    reply = await call.interview_record.EnterSegment(
        pb.EnterSegmentRequest(
            interview_id=str(interview_id),
            segment=number(Segment, choice.segment),
            expected_version=call.version,
        )
    )
    return SessionOut.of(reply.session)


@interview_sessions.post(":save-notes")
async def save_segment_notes(interview_id: UUID, notes: SegmentNotes, call: Change) -> SessionOut:
    """Keep a segment's notes; possible until the interview is concluded. 409 `NOT_IN_SESSION`."""
    reply = await call.interview_record.SaveSegmentNotes(
        pb.SaveSegmentNotesRequest(
            interview_id=str(interview_id),
            segment=number(Segment, notes.segment),
            notes=notes.notes,
            expected_version=call.version,
        )
    )
    return SessionOut.of(reply.session)


@interview_sessions.post(":cite-fact")
async def cite_fact(interview_id: UUID, citation: Citation, call: Change) -> SessionOut:
    """Cite a fact of the data sheet."""
    reply = await call.interview_record.CiteFact(
        pb.CiteFactRequest(
            interview_id=str(interview_id),
            kind=number(facts.FactKind, citation.kind),
            fact_id=str(citation.fact_id),
            expected_version=call.version,
        )
    )
    return SessionOut.of(reply.session)


@interview_sessions.post(":add-fact")
async def add_session_fact(interview_id: UUID, fact: AddedFact, call: Change) -> SessionOut:
    """Add a fact that came up, marked as added in the session."""
    reply = await call.interview_record.AddSessionFact(
        pb.AddSessionFactRequest(
            interview_id=str(interview_id),
            kind=number(facts.FactKind, fact.kind),
            happened_on=day_text(fact.happened_on),
            text=fact.text,
            evidence=fact.evidence,
            expected_version=call.version,
        )
    )
    return SessionOut.of(reply.session)


@interview_sessions.post(":end")
async def end_session(interview_id: UUID, call: Change) -> SessionOut:
    """End the session: the interview is held, plan and evaluations fall due. 409 `NOT_IN_SESSION`."""
    reply = await call.interview_record.EndSession(
        pb.EndSessionRequest(interview_id=str(interview_id), expected_version=call.version)
    )
    return SessionOut.of(reply.session)
