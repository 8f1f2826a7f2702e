"""The outermost layer of every request: trace, last-resort errors, security headers, access log."""

import time
from typing import Any
from uuid import uuid4

from common.logging import get_logger
from common.telemetry import span
from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind
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
        started, status = time.perf_counter(), 0
        parent = {"traceparent": headers.get("traceparent", "")}
        with span(scope["method"], SpanKind.SERVER, parent=parent) as current:
            exchange = Exchange(_trace_id(current), locale_of(headers))
            exchange.attach(scope)

            async def answer(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    _complete(message, exchange)
                await send(message)

            try:
                await self._app(scope, receive, answer)
            except Exception as failed:
                log.error("request_failed", error=type(failed).__name__, exc_info=True, route=_route(scope))
                if status == 0:
                    await internal().response(exchange.locale, exchange.trace_id)(scope, receive, answer)
            _finish(scope, exchange, current, status, started)


def _complete(message: Message, exchange: Exchange) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    headers["X-Request-Id"] = exchange.trace_id


def _finish(scope: Scope, exchange: Exchange, current: Span, status: int, started: float) -> None:
    route = _route(scope)
    current.update_name(f"{scope['method']} {route}")
    current.set_attributes({"http.route": route, "http.response.status_code": status})
    if route.startswith("/healthz"):
        return
    log.info(
        "request",
        method=scope["method"],
        route=route,
        status=status,
        duration_ms=round((time.perf_counter() - started) * 1000, 1),
        tenant_id=exchange.tenant_id,
    )


def _route(scope: Scope) -> str:
    context: Any = scope.get("route")
    return getattr(context, "path", "") or "unrouted"


def _trace_id(current: Span) -> str:
    context = current.get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else uuid4().hex
