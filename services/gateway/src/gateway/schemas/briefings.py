"""Agenda and briefing: what both sides know before they sit down."""

import base64
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from tandem.interview_record.v1 import briefing_pb2 as pb
from tandem.interview_record.v1.playbook_rules_pb2 import Segment as ContractSegment

from gateway.schemas.data_sheets import DataSheetOut
from gateway.schemas.fields import moment, optional_text, word
from gateway.schemas.guides import GuideOut
from gateway.schemas.model import Output
from gateway.schemas.segments import Segment
from gateway.schemas.texts import said


class AgendaItemOut(Output):
    """One segment of the agenda."""

    segment: Segment
    minutes: Annotated[int | None, Field(description="Absent where the playbook keeps no clock.")]
    title: str
    purpose: str
    employee_prepares: str
    manager_prepares: str
    guide: Annotated[GuideOut | None, Field(description="For the manager and HR alone.")]

    @classmethod
    def of(cls, item: pb.AgendaItem, locale: str) -> "AgendaItemOut":
        """Return the segment in the caller's language."""
        return cls(
            segment=word(Segment, ContractSegment, item.segment),
            minutes=item.minutes or None,
            title=said(item.title, locale),
            purpose=said(item.purpose, locale),
            employee_prepares=said(item.employee_prepares, locale),
            manager_prepares=said(item.manager_prepares, locale),
            guide=GuideOut.of(item.guide, locale) if item.HasField("guide") else None,
        )


class AgendaOut(Output):
    """面谈议程表; time and place are the booking's."""

    interview_id: UUID
    timed: bool
    core_goal: str | None
    directions: list[str]
    items: list[AgendaItemOut]

    @classmethod
    def of(cls, agenda: pb.Agenda, locale: str) -> "AgendaOut":
        """Return the agenda in the caller's language."""
        return cls(
            interview_id=UUID(agenda.interview_id),
            timed=agenda.timed,
            core_goal=optional_text(agenda.core_goal),
            directions=list(agenda.directions),
            items=[AgendaItemOut.of(each, locale) for each in agenda.items],
        )


class BriefingHead(Output):
    """A shared version, without what it says."""

    id: UUID
    interview_id: UUID
    briefing_version: int
    correction: Annotated[bool, Field(description="A later version of what was shared before.")]
    content_hash: Annotated[str, Field(description="SHA-256 of the canonical JSON (RFC 8785), in hex.")]
    shared_at: datetime | None
    seen_at: Annotated[datetime | None, Field(description="When the employee first opened it.")]

    @classmethod
    def head_of(cls, briefing: pb.Briefing) -> "BriefingHead":
        """Return the head of the briefing."""
        return BriefingHead(**_head(briefing))


class BriefingOut(BriefingHead):
    """What was shared, frozen."""

    content: Annotated[str, Field(description="The canonical JSON itself, base64.")]
    data_sheet: DataSheetOut
    agenda: AgendaOut

    @classmethod
    def of(cls, briefing: pb.Briefing, locale: str) -> "BriefingOut":
        """Return the briefing in the caller's language; its bytes hold both."""
        return cls(
            **_head(briefing),
            content=base64.b64encode(briefing.content).decode(),
            data_sheet=DataSheetOut.of(briefing.data_sheet, locale),
            agenda=AgendaOut.of(briefing.agenda, locale),
        )


def _head(briefing: pb.Briefing) -> dict[str, Any]:
    return {
        "id": UUID(briefing.id),
        "interview_id": UUID(briefing.interview_id),
        "briefing_version": briefing.briefing_version,
        "correction": briefing.correction,
        "content_hash": briefing.content_hash.hex(),
        "shared_at": moment(briefing.shared_at),
        "seen_at": moment(briefing.seen_at),
    }
