"""Archive items: the frozen parts of an employee's file."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from tandem.interview_record.v1 import archive_pb2 as pb

from gateway.calls import Read
from gateway.resource import Resource
from gateway.schemas.archive_items import ArchiveItemOut, ArchiveItemWhole, ArchiveQuery
from gateway.schemas.fields import id_text
from gateway.schemas.model import Page, PageQuery

interview_archive = Resource("interviews/{interview_id}/archive-items", "Archive")
archive_items = Resource("archive-items", "Archive")


@interview_archive.get("")
async def list_interview_archive_items(
    interview_id: UUID, call: Read, query: Annotated[PageQuery, Query()]
) -> Page[ArchiveItemOut]:
    """The items of one interview, oldest first."""
    reply = await call.interview_record.ListArchiveItems(
        pb.ListArchiveItemsRequest(
            interview_id=str(interview_id), page_size=query.page_size, page_token=query.page_token
        )
    )
    return Page.of(map(ArchiveItemOut.of, reply.archive_items), reply.next_page_token)


@archive_items.get("")
async def list_archive_items(call: Read, query: Annotated[ArchiveQuery, Query()]) -> Page[ArchiveItemOut]:
    """The items of an interview or of an employee's file, oldest first."""
    reply = await call.interview_record.ListArchiveItems(
        pb.ListArchiveItemsRequest(
            interview_id=id_text(query.interview_id),
            employee_id=id_text(query.employee_id),
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    return Page.of(map(ArchiveItemOut.of, reply.archive_items), reply.next_page_token)


@archive_items.get("/{id}")
async def get_archive_item(id: UUID, call: Read) -> ArchiveItemWhole:
    """One item with its content: briefing, minutes and plan as signed, or a later revision or amendment."""
    reply = await call.interview_record.GetArchiveItem(pb.GetArchiveItemRequest(archive_item_id=str(id)))
    return ArchiveItemWhole.of(reply.archive_item)
