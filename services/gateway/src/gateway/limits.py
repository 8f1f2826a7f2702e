"""How much body a request may have: refused by its announced length, or while it comes."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.errors import problem_of
from gateway.exchange import Exchange


class BodyLimit:
    """Caps the bodies of all paths at `limit` bytes, and of some at their own."""

    def __init__(self, app: ASGIApp, limit: int, of_path: Mapping[str, int]) -> None:
        self._app = app
        self._limit = limit
        self._of_path = of_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._of_path.get(scope["path"], self._limit)
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdigit() or int(announced) > limit:
            exchange = Exchange.of(scope)
            refusal = problem_of(HTTPException(413), exchange.locale)
            await refusal.response(exchange.locale, exchange.trace_id)(scope, receive, send)
            return
        came = 0

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > limit:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)
