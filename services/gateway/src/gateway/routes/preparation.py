"""What both sides know before they sit down: data sheet, agenda, briefing."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from tandem.interview_record.v1 import briefing_pb2 as pb

from gateway.calls import Read
from gateway.resource import Resource
from gateway.schemas.briefings import AgendaOut, BriefingHead, BriefingOut
from gateway.schemas.data_sheets import DataSheetOut
from gateway.schemas.model import Page, PageQuery

preparation = Resource("interviews/{interview_id}", "Interviews")

Version = Annotated[int, Query(ge=0, le=100_000, description="Of a shared briefing; 0: see there.")]


@preparation.get("/data-sheet")
async def get_data_sheet(interview_id: UUID, call: Read, briefing_version: Version = 0) -> DataSheetOut:
    """The data sheet as it stands now, or as a briefing froze it; the employee sees it once it was shared."""
    reply = await call.interview_record.GetDataSheet(
        pb.GetDataSheetRequest(interview_id=str(interview_id), briefing_version=briefing_version)
    )
    return DataSheetOut.of(reply.data_sheet, call.locale)


@preparation.get("/agenda")
async def get_agenda(interview_id: UUID, call: Read) -> AgendaOut:
    """The agenda with purposes, preparation, and for the manager and HR the guides."""
    reply = await call.interview_record.GetAgenda(pb.GetAgendaRequest(interview_id=str(interview_id)))
    return AgendaOut.of(reply.agenda, call.locale)


@preparation.get("/briefing")
async def get_briefing(interview_id: UUID, call: Read, briefing_version: Version = 0) -> BriefingOut:
    """A shared briefing, by default the newest; the employee's first look is remembered."""
    reply = await call.interview_record.GetBriefing(
        pb.GetBriefingRequest(interview_id=str(interview_id), briefing_version=briefing_version)
    )
    return BriefingOut.of(reply.briefing, call.locale)


@preparation.get("/briefings")
async def list_briefings(interview_id: UUID, call: Read, query: Annotated[PageQuery, Query()]) -> Page[BriefingHead]:
    """The shared versions, newest first."""
    reply = await call.interview_record.ListBriefings(
        pb.ListBriefingsRequest(interview_id=str(interview_id), page_size=query.page_size, page_token=query.page_token)
    )
    return Page.of(map(BriefingHead.head_of, reply.briefings), reply.next_page_token)
