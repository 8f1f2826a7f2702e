"""The outermost layer of every request: trace, last-resort errors, security headers, access log."""

import time
from functools import lru_cache
from typing import Any
from uuid import uuid4

from common.instruments import HTTP_SERVER
from common.logging import get_logger
from common.measured import Measured
from common.tracing import context_of, note
from opentelemetry import trace
from opentelemetry.trace import SpanKind
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.errors import internal
from gateway.exchange import Exchange
from gateway.locales import locale_of

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cache-Control": "no-store",
}
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
PROBES = "/healthz/"
SERVER_FAILURE = 500
log = get_logger(__name__)


class Frame:
    """Wraps the whole app; what it logs of a request is its route, status and time, never its path or body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if scope["path"].startswith(PROBES):
            await self._serve(scope, receive, send, headers, None)
            return
        facts = _facts(scope["method"], scope["scheme"])
        parent = context_of({"traceparent": headers.get("traceparent", "")})
        name = str(facts["http.request.method"])
        with Measured.entry(HTTP_SERVER, facts, name, SpanKind.SERVER, parent) as work:
            await self._serve(scope, receive, send, headers, work)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, headers: Headers, work: Measured | None) -> None:
        started, status = time.perf_counter(), 0
        exchange = Exchange(_trace_id(), locale_of(headers))
        exchange.attach(scope)

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _complete(message, exchange)
                if work is not None and _is_stream(message):
                    work.stop_clock()
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except Exception as failed:
            log.error("request_failed", error=type(failed).__name__, exc_info=True, route=_route(scope))
            note("exception.type", type(failed).__name__)
            if status == 0:
                await internal().response(exchange.locale, exchange.trace_id)(scope, receive, answer)
        finally:
            if work is not None:
                _finish(scope, exchange, work, status, started)


def _complete(message: Message, exchange: Exchange) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    headers["X-Request-Id"] = exchange.trace_id


def _finish(scope: Scope, exchange: Exchange, work: Measured, status: int, started: float) -> None:
    route = _route(scope)
    work.span.update_name(f"{work.facts['http.request.method']} {route}")
    work.note("http.route", route)
    if status:
        work.note("http.response.status_code", status)
    else:
        work.fail("cancelled")
    if status >= SERVER_FAILURE:
        work.fail(str(status))
    log.info(
        "request",
        method=work.facts["http.request.method"],
        route=route,
        status=status,
        duration_ms=round((time.perf_counter() - started) * 1000, 1),
        tenant_id=exchange.tenant_id,
    )


def _is_stream(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/event-stream")


@lru_cache(maxsize=64)
def _facts(method: str, scheme: str) -> dict[str, str | int]:
    # Neither path nor query: they hold ids and what people search for.
    return {"http.request.method": method if method in METHODS else "_OTHER", "url.scheme": scheme}


def _route(scope: Scope) -> str:
    context: Any = scope.get("route")
    return getattr(context, "path", "") or "unrouted"


def _trace_id() -> str:
    context = trace.get_current_span().get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else uuid4().hex
