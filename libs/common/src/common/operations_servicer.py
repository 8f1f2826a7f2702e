"""The operations of a service as every caller sees them: state, progress, row errors, cancel."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import grpc.aio
from sqlalchemy import ColumnElement, Row, func, select, true, update
from tandem.common.v1 import operations_pb2 as pb
from tandem.common.v1 import operations_pb2_grpc as rpc

from common import tables
from common.call import Call, current_call
from common.database import Database, Reader
from common.errors import IllegalTransition, NotFound
from common.grpc_server import Context, once
from common.identity import Identity
from common.pagination import PageTokens
from common.timestamps import to_optional_timestamp, to_timestamp

# Whoever holds one of these sees and cancels every operation of the tenant, not only their own.
ADMINISTRATORS = ("hr_admin",)
_ENDED = ("succeeded", "failed", "cancelled")


class OperationsServicer(rpc.OperationsServiceServicer):
    """Serves OperationsService; the same in every service."""

    def __init__(self, database: Database, page_tokens: PageTokens) -> None:
        self._database = database
        self._page_tokens = page_tokens

    def add_to(self, server: grpc.aio.Server) -> None:
        """Register with the server."""
        rpc.add_OperationsServiceServicer_to_server(self, server)

    async def GetOperation(self, request: pb.GetOperationRequest, context: Context) -> pb.GetOperationResponse:
        """Answer one operation of the caller's."""
        async with self._database.read(current_call().identity) as reader:
            return pb.GetOperationResponse(operation=await _load(reader, UUID(request.operation_id)))

    async def ListOperations(self, request: pb.ListOperationsRequest, context: Context) -> pb.ListOperationsResponse:
        """List the caller's operations, newest first."""
        identity = current_call().identity
        operation = tables.operation.c
        page = self._page_tokens.open(
            request.page_size,
            request.page_token,
            identity=identity,
            now=datetime.now(UTC),
            question="operations",
            filters={"kind": request.kind, "state": request.state},
        )
        where = [operation.tenant_id == identity.tenant_id, _visible(identity)]
        if request.kind:
            where.append(operation.kind == request.kind)
        if request.state:
            where.append(operation.state == pb.OperationState.Name(request.state)[16:].lower())
        statement = page.apply(
            select(tables.operation).where(*where), operation.created_at, operation.id, descending=True
        )
        async with self._database.read(identity) as reader:
            rows = (await reader.session.execute(statement)).all()
            kept, token = page.close(rows, lambda row: (row.created_at, row.id))
            warnings = await _warnings(reader, [row.id for row in kept])
        return pb.ListOperationsResponse(
            operations=[_to_proto(row, warnings.get(row.id, 0)) for row in kept], next_page_token=token
        )

    async def ListOperationErrors(
        self, request: pb.ListOperationErrorsRequest, context: Context
    ) -> pb.ListOperationErrorsResponse:
        """List an operation's row errors in the order they were found."""
        identity, operation_id = current_call().identity, UUID(request.operation_id)
        error = tables.operation_error.c
        page = self._page_tokens.open(
            request.page_size,
            request.page_token,
            identity=identity,
            now=datetime.now(UTC),
            question="operation_errors",
            filters={"operation": operation_id},
        )
        async with self._database.read(identity) as reader:
            await _load(reader, operation_id)
            mine = select(tables.operation_error).where(
                error.tenant_id == identity.tenant_id, error.operation_id == operation_id
            )
            kept, token = page.close((await reader.session.execute(page.apply(mine, error.n))).all(), lambda r: (r.n,))
        errors = [
            pb.OperationError(
                row=row.row, field=row.field, code=row.code, en=row.en, zh=row.zh, warning=bool(row.warning)
            )
            for row in kept
        ]
        return pb.ListOperationErrorsResponse(errors=errors, next_page_token=token)

    async def CancelOperation(self, request: pb.CancelOperationRequest, context: Context) -> pb.CancelOperationResponse:
        """Stop an operation after its current chunk; what is done stays done."""
        call = current_call()
        operation_id = await once(cancel_operation(self._database, call, UUID(request.operation_id)))
        async with self._database.read(call.identity) as reader:
            return pb.CancelOperationResponse(operation=await _load(reader, operation_id))


async def cancel_operation(database: Database, call: Call, operation_id: UUID) -> UUID:
    """Mark the operation cancelled; its worker stops at the next chunk. Raises IllegalTransition once it ended."""
    operation = tables.operation.c
    async with database.transaction(call) as tx:
        mine = (operation.tenant_id == tx.tenant_id, operation.id == operation_id, _visible(call.identity))
        state = await tx.session.scalar(select(operation.state).where(*mine).with_for_update())
        if state is None:
            raise NotFound(resource="operation", id=operation_id)
        if state in _ENDED:
            raise IllegalTransition(resource="operation", state=state, action="cancel")
        await tx.session.execute(
            update(tables.operation).where(*mine).values(state="cancelled", updated_at=func.now(), leased_until=None)
        )
        tx.audit("operation.cancelled", "operation", operation_id)
        return tx.done(operation_id)


def _visible(identity: Identity) -> ColumnElement[bool]:
    if any(identity.has_role(role) for role in ADMINISTRATORS):
        return true()
    return tables.operation.c.created_by == identity.subject


async def _load(reader: Reader, operation_id: UUID) -> pb.Operation:
    operation = tables.operation.c
    row = (
        await reader.session.execute(
            select(tables.operation).where(
                operation.tenant_id == reader.tenant_id, operation.id == operation_id, _visible(reader.identity)
            )
        )
    ).one_or_none()
    if row is None:
        raise NotFound(resource="operation", id=operation_id)
    return _to_proto(row, (await _warnings(reader, [operation_id])).get(operation_id, 0))


async def _warnings(reader: Reader, operation_ids: list[UUID]) -> dict[UUID, int]:
    error = tables.operation_error.c
    rows = await reader.session.execute(
        select(error.operation_id, func.count())
        .where(error.tenant_id == reader.tenant_id, error.operation_id.in_(operation_ids), error.warning == 1)
        .group_by(error.operation_id)
    )
    return {row[0]: row[1] for row in rows}


def _to_proto(row: Row[Any], warnings: int) -> pb.Operation:
    ended = row.updated_at if row.state in _ENDED else None
    counts = {name: value for name, value in row.result.items() if isinstance(value, int)}
    return pb.Operation(
        id=str(row.id),
        kind=row.kind,
        state=pb.OperationState.Value(f"OPERATION_STATE_{row.state.upper()}"),
        done=row.done,
        total=row.total,
        error_count=row.failed,
        warning_count=warnings,
        created_at=to_timestamp(row.created_at),
        finished_at=to_optional_timestamp(ended),
        created_by=row.created_by,
        results=counts,
        resource_type=row.result.get("resource_type", ""),
        resource_id=row.result.get("resource_id", ""),
        error_file_id=row.result.get("error_file_id", ""),
        failure_reason=row.error_reason or "",
    )
