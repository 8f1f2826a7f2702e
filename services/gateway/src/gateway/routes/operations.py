"""Long work of every service under one address: `<service>~<uuid>`."""

from typing import Annotated
from uuid import UUID

from common.errors import NotFound
from fastapi import Path, Query
from tandem.common.v1 import operations_pb2 as pb

from gateway.calls import Read, Write
from gateway.clients.stubs import SERVICES
from gateway.resource import Resource
from gateway.schemas.model import Page
from gateway.schemas.operations import OperationErrorOut, OperationErrorsQuery, OperationId, OperationOut

operations = Resource("operations", "Operations")

Id = Annotated[OperationId, Path()]


@operations.get("/{id}")
async def get_operation(id: Id, call: Read) -> OperationOut:
    """Where one operation stands."""
    service, number = split(id)
    reply = await call.operations(service).GetOperation(pb.GetOperationRequest(operation_id=number))
    return OperationOut.of(service, reply.operation)


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


@operations.post("/{id}:cancel")
async def cancel_operation(id: Id, call: Write) -> OperationOut:
    """Stop an operation after its current chunk; what is done stays done. 409 `ILLEGAL_TRANSITION`: it has ended."""
    service, number = split(id)
    reply = await call.operations(service).CancelOperation(pb.CancelOperationRequest(operation_id=number))
    return OperationOut.of(service, reply.operation)


def split(id: str) -> tuple[str, str]:
    """Return the service and its own id of the operation."""
    service, _, number = id.partition("~")
    if service not in SERVICES:
        raise NotFound(resource="operation", id=id)
    return service, str(UUID(number))
