"""The talk itself: segments as they were held, notes, facts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from tandem.interview_record.v1 import facts_pb2 as facts
from tandem.interview_record.v1 import session_pb2 as pb
from tandem.interview_record.v1.playbook_rules_pb2 import Segment as ContractSegment

from gateway.schemas.data_sheets import SheetFact
from gateway.schemas.disputes import FactKind
from gateway.schemas.fields import moment, optional_text, optional_word, word
from gateway.schemas.model import Input, Output, Versioned
from gateway.schemas.segments import Segment


class HeldSegmentOut(Output):
    """A segment as it was held."""

    segment: Segment
    planned_minutes: int | None
    started_at: datetime | None
    ended_at: datetime | None
    notes: str | None

    @classmethod
    def of(cls, held: pb.HeldSegment) -> "HeldSegmentOut":
        """Return the segment."""
        return cls(
            segment=word(Segment, ContractSegment, held.segment),
            planned_minutes=held.planned_minutes or None,
            started_at=moment(held.started_at),
            ended_at=moment(held.ended_at),
            notes=optional_text(held.notes),
        )


class CitedFactOut(Output):
    """A fact of the data sheet that the talk spoke of."""

    kind: FactKind
    fact_id: UUID
    segment: Segment
    cited_at: datetime | None

    @classmethod
    def of(cls, cited: pb.CitedFact) -> "CitedFactOut":
        """Return the cited fact."""
        return cls(
            kind=word(FactKind, facts.FactKind, cited.kind),
            fact_id=UUID(cited.fact_id),
            segment=word(Segment, ContractSegment, cited.segment),
            cited_at=moment(cited.cited_at),
        )


class SessionOut(Versioned):
    """A session; its version is its own, not the interview's."""

    interview_id: UUID
    started_at: datetime | None
    ended_at: datetime | None
    current_segment: Segment | None
    segments: list[HeldSegmentOut]
    cited_facts: list[CitedFactOut]
    added_facts: list[SheetFact]

    @classmethod
    def of(cls, session: pb.Session) -> "SessionOut":
        """Return the session."""
        return cls(
            interview_id=UUID(session.interview_id),
            started_at=moment(session.started_at),
            ended_at=moment(session.ended_at),
            current_segment=optional_word(Segment, ContractSegment, session.current_segment),
            segments=[HeldSegmentOut.of(each) for each in session.segments],
            cited_facts=[CitedFactOut.of(each) for each in session.cited_facts],
            added_facts=[SheetFact.of(each) for each in session.added_facts],
            version=session.version,
        )


class SegmentChoice(Input):
    """The segment to enter."""

    segment: Segment


class SegmentNotes(Input):
    """What was said in a segment."""

    segment: Segment
    notes: Annotated[str, Field(max_length=20_000)]


class Citation(Input):
    """A fact of the data sheet that the talk speaks of."""

    kind: FactKind
    fact_id: UUID


class AddedFactKind(StrEnum):
    """What a session can add."""

    INCIDENT = "incident"
    HIGHLIGHT = "highlight"


class AddedFact(Input):
    """A fact that came up in the talk."""

    kind: AddedFactKind
    happened_on: date
    text: Annotated[str, Field(min_length=1, max_length=4000)]
    evidence: Annotated[str, Field(max_length=4000)] = ""
