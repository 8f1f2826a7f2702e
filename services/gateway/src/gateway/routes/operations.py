"""Long work of every service under one address: `<service>~<uuid>`."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from common.errors import NotFound
from fastapi import Path, Query
from starlette.responses import Response
from tandem.common.v1 import operations_pb2 as pb

from gateway.calls import Read, ReadCall, Write
from gateway.clients.stubs import SERVICES
from gateway.resource import Resource
from gateway.schemas.fields import number
from gateway.schemas.model import Page
from gateway.schemas.operations import (
    ENDED,
    OperationErrorOut,
    OperationErrorsQuery,
    OperationId,
    OperationOut,
    OperationsQuery,
)
from gateway.streams import HEARTBEAT, event_stream, look_again, sse

operations = Resource("operations", "Operations")

Id = Annotated[OperationId, Path()]
_STREAM = {"description": "Server-sent events.", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
_FILE = {"description": "The file.", "content": {"application/octet-stream": {}}}


@operations.get("")
async def list_operations(call: Read, query: Annotated[OperationsQuery, Query()]) -> Page[OperationOut]:
    """One service's operations, newest first: your own, an HR administrator's are those of all."""
    request = pb.ListOperationsRequest(
        kind=query.kind,
        state=number(pb.OperationState, query.state),
        page_size=query.page_size,
        page_token=query.page_token,
    )
    reply = await call.operations(query.service).ListOperations(request)
    return Page.of([OperationOut.of(query.service, each) for each in reply.operations], reply.next_page_token)


@operations.get("/{id}")
async def get_operation(id: Id, call: Read) -> OperationOut:
    """Where one operation stands."""
    return await _read(call, id)


@operations.get("/{id}/errors")
async def list_operation_errors(
    id: Id, call: Read, query: Annotated[OperationErrorsQuery, Query()]
) -> Page[OperationErrorOut]:
    """What is wrong with which row of the input, in row order; warnings too."""
    service, number = split(id)
    reply = await call.operations(service).ListOperationErrors(
        pb.ListOperationErrorsRequest(operation_id=number, page_size=query.page_size, page_token=query.page_token)
    )
    return Page.of([OperationErrorOut.of(each, call.locale) for each in reply.errors], reply.next_page_token)


@operations.get("/{id}/error-file", response_model=None, responses={200: _FILE})
async def download_error_file(id: Id, call: Read) -> Response:
    """The rows that failed with their reasons, to be corrected and imported again. 404: no row failed."""
    operation = await _read(call, id)
    if operation.error_file_id is None:
        raise NotFound(resource="error file", id=id)
    return await call.edge.files.download(call.identity, UUID(operation.error_file_id), f"errors-{id}")


@operations.get("/{id}/events", response_model=None, responses={200: _STREAM})
async def watch_operation(id: Id, call: Read) -> Response:
    """The operation as server-sent events `operation`, each with its state, until it has ended."""
    return event_stream(_watch(call, id, await _read(call, id)))


@operations.post("/{id}:cancel")
async def cancel_operation(id: Id, call: Write) -> OperationOut:
    """Stop an operation after its current chunk; what is done stays done. 409 `ILLEGAL_TRANSITION`: it has ended."""
    service, number = split(id)
    reply = await call.operations(service).CancelOperation(pb.CancelOperationRequest(operation_id=number))
    return OperationOut.of(service, reply.operation)


async def _read(call: ReadCall, id: str) -> OperationOut:
    service, number = split(id)
    reply = await call.operations(service).GetOperation(pb.GetOperationRequest(operation_id=number))
    return OperationOut.of(service, reply.operation)


async def _watch(call: ReadCall, id: str, seen: OperationOut) -> AsyncIterator[str]:
    yield sse("operation", seen)
    topic = (str(call.identity.tenant_id), "operation", split(id)[1])
    with call.edge.hints.watch(topic) as watcher:
        rounds = watcher.rounds()
        while seen.state not in ENDED:
            await anext(rounds)
            now = await look_again(call, lambda: _read(call, id)) or seen
            yield sse("operation", now) if now != seen else HEARTBEAT
            seen = now


def split(id: str) -> tuple[str, str]:
    """Return the service and its own id of the operation."""
    service, _, number = id.partition("~")
    if service not in SERVICES:
        raise NotFound(resource="operation", id=id)
    return service, str(UUID(number))
