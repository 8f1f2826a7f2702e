"""Server-sent events: a state when it changes, a heartbeat while it does not, an end when the token does."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import grpc.aio
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from gateway.calls import ReadCall

HEADERS = {"X-Accel-Buffering": "no"}
HEARTBEAT = ": still here\n\n"
_FOR_GOOD = {grpc.StatusCode.NOT_FOUND, grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED}

T = TypeVar("T", bound=BaseModel)


class StreamOver(Exception):
    """Control flow, not a fault: the caller may no longer see this, or must log in again."""


def event_stream(events: AsyncIterator[str]) -> StreamingResponse:
    """Return the response for a stream of formatted events; the client connects anew when it ends."""
    return StreamingResponse(_until_over(events), media_type="text/event-stream", headers=HEADERS)


def sse(event: str, state: BaseModel) -> str:
    """Return one event with the state as its data."""
    return f"event: {event}\ndata: {state.model_dump_json()}\n\n"


async def look_again(call: ReadCall, look: Callable[[], Awaitable[T]]) -> T | None:
    """Return what is so now, or None where a service is away for a moment; raise StreamOver where it is over."""
    if call.edge.draining or not await call.renew():
        raise StreamOver
    try:
        return await look()
    except grpc.aio.AioRpcError as failed:
        if failed.code() in _FOR_GOOD:
            raise StreamOver from None
        return None


async def _until_over(events: AsyncIterator[str]) -> AsyncIterator[str]:
    try:
        async for event in events:
            yield event
    except StreamOver:
        return
