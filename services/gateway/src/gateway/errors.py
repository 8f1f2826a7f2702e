"""The one translator: whatever went wrong, from a service's status to a broken body, becomes a problem."""

from collections.abc import Mapping

import grpc
import grpc.aio
from common.errors import AppError, FieldViolation, Kind
from common.grpc_server import DETAILS_TRAILER, STATUS
from fastapi.exceptions import RequestValidationError
from google.rpc import error_details_pb2, status_pb2
from starlette.exceptions import HTTPException

from gateway.problems import FieldProblem, Problem
from gateway.validation import pointer, validation_fields

Code = grpc.StatusCode

HTTP_STATUS: dict[grpc.StatusCode, int] = {
    Code.INVALID_ARGUMENT: 400,
    Code.OUT_OF_RANGE: 400,
    Code.UNAUTHENTICATED: 401,
    Code.PERMISSION_DENIED: 403,
    Code.NOT_FOUND: 404,
    Code.ALREADY_EXISTS: 409,
    Code.FAILED_PRECONDITION: 409,
    Code.ABORTED: 412,
    Code.RESOURCE_EXHAUSTED: 429,
    Code.CANCELLED: 499,
    Code.INTERNAL: 500,
    Code.UNKNOWN: 500,
    Code.DATA_LOSS: 500,
    Code.UNIMPLEMENTED: 500,
    Code.UNAVAILABLE: 503,
    Code.DEADLINE_EXCEEDED: 504,
}
# Where the reason says more than its kind.
STATUS_OF_REASON = {
    # Not the caller's fault: one of our services does not let another in.
    "WORKLOAD_REFUSED": 503,
    "WORKLOAD_NOT_LISTED": 503,
    "IDEMPOTENCY_KEY_REUSED": 422,
    "IF_MATCH_MISSING": 428,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "FILE_KIND_REFUSED": 415,
    "FILE_TOO_LARGE": 413,
}
RETRY_AFTER = {"NOT_YET_VISIBLE": "1", "STILL_RUNNING": "1", "UNAVAILABLE": "1", "RESOURCE_EXHAUSTED": "1"}
# For a status that comes from the transport and not from a service's own words.
TRANSPORT: dict[grpc.StatusCode, tuple[str, str, str]] = {
    Code.UNAVAILABLE: ("UNAVAILABLE", "Try again in a moment.", "请稍后重试。"),
    Code.DEADLINE_EXCEEDED: (
        "DEADLINE_EXCEEDED",
        "The outcome is not known; repeat the request with the same Idempotency-Key.",
        "结果未知，请使用同一 Idempotency-Key 重试。",
    ),
    Code.RESOURCE_EXHAUSTED: ("RESOURCE_EXHAUSTED", "Try again in a moment.", "请稍后重试。"),
}
HTTP_REASONS = {404: "NO_SUCH_ROUTE", 405: "METHOD_NOT_ALLOWED", 413: "TOO_LARGE", 415: "UNSUPPORTED_MEDIA_TYPE"}


def problem_of(error: Exception, locale: str) -> Problem:
    """Return the problem for any exception; its own text is never shown, only what an AppError says."""
    match error:
        case AppError():
            fields = [_violation(each, each.text(locale)) for each in error.fields]
            return _problem(STATUS[error.kind], error.reason, error.text(locale), fields, error.facts)
        case grpc.aio.AioRpcError():
            return _of_service(error, locale)
        case RequestValidationError():
            detail = "有字段不合要求。" if locale.startswith("zh") else "Some fields are not valid."
            return Problem(400, "INVALID_REQUEST", detail, validation_fields(error, locale))
        case HTTPException() if error.status_code in HTTP_REASONS:
            return Problem(error.status_code, HTTP_REASONS[error.status_code], headers=error.headers or {})
        case HTTPException() if error.status_code < 500:
            return Problem(400, "INVALID_REQUEST")
    return internal()


def internal() -> Problem:
    """Return the problem for a fault of our own."""
    return Problem(500, "INTERNAL")


def _of_service(error: grpc.aio.AioRpcError, locale: str) -> Problem:
    info, fields = _details(error)
    if info.reason:
        return _problem(error.code(), info.reason, error.details() or "", fields, dict(info.metadata))
    # Without a reason the text is the transport's, with addresses in it.
    reason, en, zh = TRANSPORT.get(error.code(), (error.code().name, "", ""))
    return _problem(error.code(), reason, zh if locale.startswith("zh") else en, fields, {})


def _problem(
    code: grpc.StatusCode, reason: str, detail: str, fields: list[FieldProblem], facts: Mapping[str, str]
) -> Problem:
    status = STATUS_OF_REASON.get(reason) or HTTP_STATUS.get(code, 500)
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = challenge(reason, facts)
    if status in {429, 503} or reason in RETRY_AFTER:
        headers["Retry-After"] = RETRY_AFTER.get(reason, "1")
    return Problem(status, "INTERNAL" if status == 500 else reason, detail, fields, headers, facts)


def challenge(reason: str, facts: Mapping[str, str]) -> str:
    """Return the WWW-Authenticate header: RFC 6750, and RFC 9470 where a fresh login is asked for."""
    if reason != "INSUFFICIENT_USER_AUTHENTICATION":
        return 'Bearer realm="tandem", error="invalid_token"'
    asked = [f'{name}="{facts[name]}"' for name in ("acr_values", "max_age") if name in facts]
    return ", ".join(
        [
            'Bearer realm="tandem", error="insufficient_user_authentication"',
            'error_description="A more recent login is required"',
            *asked,
        ]
    )


def _details(error: grpc.aio.AioRpcError) -> tuple[error_details_pb2.ErrorInfo, list[FieldProblem]]:
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    for key, value in error.trailing_metadata() or ():
        if key == DETAILS_TRAILER and isinstance(value, bytes):
            for detail in status_pb2.Status.FromString(value).details:
                _ = detail.Unpack(info) or detail.Unpack(bad)
    violations = [
        FieldViolation(each.field, each.reason, each.description, each.description) for each in bad.field_violations
    ]
    return info, [_violation(each, each.en) for each in violations]


def _violation(violation: FieldViolation, text: str) -> FieldProblem:
    return FieldProblem(text, violation.reason, {"pointer": pointer(violation.field)})


# Kinds and statuses are two tables of two packages; a kind without an HTTP status would only show in production.
assert all(STATUS[kind] in HTTP_STATUS for kind in Kind)
