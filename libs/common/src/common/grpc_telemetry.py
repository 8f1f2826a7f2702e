"""gRPC calls in traces and measurements: one interceptor for each side. Health checks are left out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import grpc
import grpc.aio
from google.protobuf.message import Message
from opentelemetry.trace import SpanKind

from common.instruments import RPC_CLIENT, RPC_SERVER
from common.measured import Measured
from common.tracing import carrier_of, context_of, current_trace

STATUS_CODE = "rpc.response.status_code"
# What the server is to blame for; the other codes are answers.
SERVER_FAILURES = frozenset(
    {
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.UNIMPLEMENTED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DATA_LOSS,
    }
)
_HEALTH = "/grpc.health."
# grpc's own classes are generic for type checkers only.
if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]
else:
    Context = Any
Behaviour = Callable[[Message, Context], Awaitable[Message]]


class ServerTelemetry(grpc.aio.ServerInterceptor):
    """Stands first, so that what later interceptors refuse is seen, too."""

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Any, Any] | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Any, Any] | None:
        """Wrap the method's behaviour; no service offers streaming methods."""
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or method.startswith(_HEALTH):
            return handler
        behaviour = cast(Behaviour, handler.unary_unary)

        async def seen(request: Message, context: Context) -> Message:
            metadata = {key: value for key, value in context.invocation_metadata() or () if isinstance(value, str)}
            name, facts = _named(method)
            with Measured.entry(RPC_SERVER, facts, name, SpanKind.SERVER, context_of(metadata)) as call:
                try:
                    reply = await behaviour(request, context)
                except BaseException as failed:
                    _end(call, _code(context, failed))
                    raise
                _end(call, grpc.StatusCode.OK)
                return reply

        return grpc.unary_unary_rpc_method_handler(
            seen, request_deserializer=handler.request_deserializer, response_serializer=handler.response_serializer
        )


class ClientTelemetry(grpc.aio.UnaryUnaryClientInterceptor):
    """Measures the calls to one callee and carries the trace there."""

    def __init__(self, callee: str) -> None:
        self._callee = callee

    async def intercept_unary_unary(
        self,
        continuation: Callable[[grpc.aio.ClientCallDetails, Any], Awaitable[Any]],
        client_call_details: grpc.aio.ClientCallDetails,
        request: Any,
    ) -> Any:
        """Send the request within a span; returns the call, ended."""
        name, facts = _named(client_call_details.method, self._callee)
        with Measured.leaf(RPC_CLIENT, facts, name) as work:
            _carry(client_call_details, carrier_of(work.span) or current_trace())
            call = await continuation(client_call_details, request)
            try:
                await call
            except grpc.aio.AioRpcError as failed:
                work.note(STATUS_CODE, failed.code().name)
                work.fail(failed.code().name)
            except asyncio.CancelledError:
                work.note(STATUS_CODE, grpc.StatusCode.CANCELLED.name)
                raise
            else:
                work.note(STATUS_CODE, grpc.StatusCode.OK.name)
            return call


def _carry(details: grpc.aio.ClientCallDetails, trace: dict[str, str]) -> None:
    metadata = details.metadata
    if metadata is None:
        return
    for name, value in trace.items():
        metadata[name] = value


def _end(call: Measured, code: grpc.StatusCode) -> None:
    call.note(STATUS_CODE, code.name)
    if code in SERVER_FAILURES:
        call.fail(code.name)


def _code(context: Context, failed: BaseException) -> grpc.StatusCode:
    if isinstance(failed, asyncio.CancelledError):
        return grpc.StatusCode.CANCELLED
    # After `abort`, whatever the stubs say, it is the code itself.
    code: object = context.code()
    return code if isinstance(code, grpc.StatusCode) else grpc.StatusCode.UNKNOWN


@lru_cache(maxsize=2048)
def _named(method: str | bytes, callee: str = "") -> tuple[str, dict[str, str | int]]:
    """Return the span's name, `package.Service/Method`, and the facts known before the call."""
    name = (method.decode() if isinstance(method, bytes) else method).strip("/")
    facts: dict[str, str | int] = {"rpc.system.name": "grpc", "rpc.method": name}
    if callee:
        facts["server.address"] = callee
    return name, facts
