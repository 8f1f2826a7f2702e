"""What happens while a page is open: the caller's messages, and the interviews it shows."""

from collections.abc import AsyncIterator, Collection
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response
from tandem.interview_record.v1.interview_pb2 import GetInterviewRequest
from tandem.notification.v1.message_pb2 import CountUnreadRequest

from gateway.calls import Read, ReadCall
from gateway.refusals import PersonRequired
from gateway.resource import Resource
from gateway.schemas.events import InterviewChanged, MessageBox
from gateway.streams import HEARTBEAT, event_stream, look_again, sse

events = Resource("events", "Live updates")

_STREAM = {"description": "Server-sent events.", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
Watched = Annotated[list[UUID], Query(max_length=10, description="Interviews to watch; each must be yours to see.")]


@events.get("", response_model=None, responses={200: _STREAM})
async def watch_events(call: Read, interview_id: Watched = []) -> Response:  # noqa: B006
    """Live updates as server-sent events, until the access token expires; then connect with a new one.

    `messages` has the number of unread messages, at once and whenever it changes. `interview` says that a watched
    interview or its session changed: read it again.
    """
    if call.identity.person_id is None:
        raise PersonRequired
    for each in interview_id:
        await call.interview_record.GetInterview(GetInterviewRequest(interview_id=str(each)))
    return event_stream(_live(call, await _message_box(call), [str(each) for each in interview_id]))


async def _live(call: ReadCall, seen: MessageBox, interview_ids: Collection[str]) -> AsyncIterator[str]:
    yield sse("messages", seen)
    tenant_id, hints = str(call.identity.tenant_id), call.edge.hints
    interviews = {(tenant_id, "interview", each): InterviewChanged(id=UUID(each)) for each in interview_ids}
    with hints.watch((tenant_id, "person", str(call.identity.person_id)), *interviews) as watcher:
        async for heard in watcher.rounds():
            # With no broker nobody would tell, so the page is told to look for itself.
            changed = [interviews[each] for each in interviews if each in heard or not hints.connected]
            for each in changed:
                yield sse("interview", each)
            box = await look_again(call, lambda: _message_box(call))
            if box and box != seen:
                seen = box
                yield sse("messages", box)
            elif not changed:
                yield HEARTBEAT


async def _message_box(call: ReadCall) -> MessageBox:
    reply = await call.notification.CountUnread(CountUnreadRequest())
    return MessageBox(unread=reply.unread)
