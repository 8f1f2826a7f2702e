"""The server edge: deadline, identity, validation, idempotency key and errors for every RPC, in one interceptor."""

from __future__ import annotations

import asyncio
import hashlib
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import grpc
import grpc.aio
import protovalidate
from google.protobuf import any_pb2, descriptor_pool
from google.protobuf.descriptor_pb2 import MethodOptions
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2

from common.call import Call, enter_call
from common.errors import (
    AppError,
    FieldViolation,
    IdempotencyKeyMissing,
    Invalid,
    Kind,
    NotYetVisible,
    Replayed,
)
from common.identity import Identity, SignedByAnother, TokenVerifier
from common.logging import get_logger
from common.tracing import note
from common.workload import WORKLOAD_HEADER, Workloads

IDENTITY_HEADER = "tandem-identity"
LOCALE_HEADER = "tandem-locale"
KEY_HEADER = "idempotency-key"
REPLAYED_TRAILER = "idempotent-replayed"
DETAILS_TRAILER = "grpc-status-details-bin"
MAX_VIOLATIONS = 50
MAX_KEY = 255
ARRIVAL_WAIT = 1.0
ARRIVAL_PAUSE = 0.05

STATUS = {
    Kind.INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    Kind.NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Kind.CONFLICT: grpc.StatusCode.ALREADY_EXISTS,
    Kind.VERSION: grpc.StatusCode.ABORTED,
    Kind.PRECONDITION: grpc.StatusCode.FAILED_PRECONDITION,
    Kind.FORBIDDEN: grpc.StatusCode.PERMISSION_DENIED,
    Kind.UNAUTHENTICATED: grpc.StatusCode.UNAUTHENTICATED,
    Kind.EXHAUSTED: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Kind.UNAVAILABLE: grpc.StatusCode.UNAVAILABLE,
}

log = get_logger(__name__)
# grpc's own classes are generic for type checkers only.
if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]
else:
    Context = Any

_context: ContextVar[Context | None] = ContextVar("grpc_context", default=None)
Behaviour = Callable[[Message, Context], Awaitable[Message]]


async def once(command: Awaitable[UUID]) -> UUID:
    """Await a command and return the id it made, now or when the same idempotency key was first used."""
    try:
        return await command
    except Replayed as replayed:
        context = _context.get()
        if context is not None:
            context.set_trailing_metadata(((REPLAYED_TRAILER, "true"),))
        return cast(UUID, replayed.resource_id)


class CallInterceptor(grpc.aio.ServerInterceptor):
    """Guards every RPC but health: no deadline, identity, valid request or idempotency key, no answer.

    With `workloads`, nor without proof of which workload calls.
    """

    def __init__(self, service: str, verifier: TokenVerifier, workloads: Workloads | None = None) -> None:
        self._service = service
        self._verifier = verifier
        self._workloads = workloads

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Any, Any] | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Any, Any] | None:
        """Wrap the method's behaviour; streaming methods are not offered by any service."""
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or method.startswith("/grpc.health."):
            return handler
        behaviour = cast(Behaviour, handler.unary_unary)
        needs_key = not _is_read(method)

        async def guarded(request: Message, context: Context) -> Message:
            return await self._serve(method, needs_key, behaviour, request, context)

        return grpc.unary_unary_rpc_method_handler(
            guarded,
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )

    async def _serve(
        self,
        method: str,
        needs_key: bool,
        behaviour: Behaviour,
        request: Message,
        context: Context,
    ) -> Message:
        metadata = {key: value for key, value in context.invocation_metadata() or () if isinstance(value, str)}
        locale = metadata.get(LOCALE_HEADER, "en")
        try:
            identity = await self._identify(metadata)
            call = self._admit(method, needs_key, request, metadata, context, identity)
            locale = metadata.get(LOCALE_HEADER) or call.identity.locale
            enter_call(call)
            _context.set(context)
            return await _with_arrivals(behaviour, request, context)
        except AppError as refused:
            note("tandem.refusal", refused.reason)
            await _refuse(context, self._service, refused, locale)
        except (asyncio.CancelledError, grpc.aio.AbortError):
            raise
        except Exception as failed:
            # Frames only: the text of an exception may hold what a person wrote.
            frames = "".join(traceback.format_tb(failed.__traceback__)[-6:])
            log.error("rpc_failed", method=method, error=type(failed).__name__, frames=frames)
            note("exception.type", type(failed).__name__)
            await context.abort(grpc.StatusCode.INTERNAL, "internal error")
        raise AssertionError("abort raises")

    async def _identify(self, metadata: dict[str, str]) -> Identity:
        """Return who is calling; only a workload that may call here, and speaks for itself, is listened to."""
        now = datetime.now(UTC)
        workload = await self._workloads.caller(metadata.get(WORKLOAD_HEADER), now) if self._workloads else None
        try:
            return self._verifier.verify(metadata.get(IDENTITY_HEADER, ""), now, workload)
        except SignedByAnother:
            if self._workloads and workload:
                self._workloads.refuse(workload, "identity")
            raise

    def _admit(
        self,
        method: str,
        needs_key: bool,
        request: Message,
        metadata: dict[str, str],
        context: Context,
        identity: Identity,
    ) -> Call:
        if context.time_remaining() is None:
            raise Invalid.field("deadline", "DEADLINE_MISSING", en="Set a deadline.", zh="请设置截止时间。")
        validate(request)
        if not needs_key:
            return Call(identity, method)
        key = metadata.get(KEY_HEADER, "")
        if not key or len(key) > MAX_KEY:
            raise IdempotencyKeyMissing
        return Call(identity, method, key, hashlib.sha256(request.SerializeToString(deterministic=True)).digest())


async def _with_arrivals(behaviour: Behaviour, request: Message, context: Context) -> Message:
    """Run the method; what it names may still be on its way here, so it is tried again for up to a second."""
    loop = asyncio.get_running_loop()
    give_up = loop.time() + ARRIVAL_WAIT
    while True:
        try:
            return await behaviour(request, context)
        except NotYetVisible:
            if loop.time() >= give_up:
                raise
            await asyncio.sleep(ARRIVAL_PAUSE)


def validate(request: Message) -> None:
    """Raise Invalid with one violation for each protovalidate rule that the request breaks."""
    try:
        found = protovalidate.collect_violations(request)
    except protovalidate.CompilationError:
        log.error("validation_rules_broken", message=request.DESCRIPTOR.full_name)
        raise
    if found:
        raise Invalid(fields=[_violation(each) for each in found[:MAX_VIOLATIONS]])


def _violation(found: Any) -> FieldViolation:
    path = ""
    for element in found.proto.field.elements if found.proto.field else ():
        part = element.field_name
        if element.subscript is not None and getattr(element.subscript, "field", "") == "index":
            part = f"{part}[{element.subscript.value}]"
        path = f"{path}.{part}" if path else part
    rule = str(found.proto.rule_id or "invalid")
    text = str(found.proto.message or rule)
    return FieldViolation(path, rule.upper().replace(".", "_"), text, f"不符合规则：{text}")


@lru_cache(maxsize=1024)
def _is_read(method: str) -> bool:
    service, _, name = method.lstrip("/").partition("/")
    package = service.rpartition(".")[0]
    # Stubs import the messages only, not the file that declares the service and its options.
    with suppress(ModuleNotFoundError, IndexError):
        import_module(f"{package}.{package.split('.')[1]}_service_pb2")
    try:
        found = descriptor_pool.Default().FindServiceByName(service).FindMethodByName(name)
    except KeyError:
        return False
    return bool(found.GetOptions().idempotency_level == MethodOptions.NO_SIDE_EFFECTS)


async def _refuse(context: Context, service: str, refused: AppError, locale: str) -> None:
    code = STATUS[refused.kind]
    details: list[Message] = [
        error_details_pb2.ErrorInfo(reason=refused.reason, domain=service, metadata=refused.facts)
    ]
    if refused.fields:
        violations = [
            error_details_pb2.BadRequest.FieldViolation(
                field=each.field, reason=each.reason, description=each.text(locale)
            )
            for each in refused.fields[:MAX_VIOLATIONS]
        ]
        details.append(error_details_pb2.BadRequest(field_violations=violations))
    status = status_pb2.Status(code=code_pb2.Code.Value(code.name), message=refused.text(locale))
    for detail in details:
        packed = any_pb2.Any()
        packed.Pack(detail)
        status.details.append(packed)
    trailer = status.SerializeToString()
    # Above about 8 kB of trailers the real code would be hidden by RESOURCE_EXHAUSTED.
    metadata = ((DETAILS_TRAILER, trailer),) if len(trailer) <= 4096 else ()
    await context.abort(code, refused.text(locale), trailing_metadata=metadata)
