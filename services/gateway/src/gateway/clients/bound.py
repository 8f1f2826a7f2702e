"""A stub that sends under one call's identity, deadline and idempotency key, with the stub's own types."""

from collections.abc import Awaitable
from functools import partial
from typing import Any, Protocol, TypeVar, cast

import grpc.aio
from google.protobuf.message import Message

S = TypeVar("S")


class Send(Protocol):
    """Sends one request by a method of a stub and returns the reply."""

    def __call__(self, method: "grpc.aio.UnaryUnaryMultiCallable[Any, Any]", request: Message) -> Awaitable[Any]: ...


def bound(stub: S, send: Send) -> S:
    """Return the stub with every method going through `send`: `await bound(stub, send).GetPerson(request)`."""
    return cast(S, _Bound(stub, send))


class _Bound:
    def __init__(self, stub: object, send: Send) -> None:
        self._stub = stub
        self._send = send

    def __getattr__(self, name: str) -> Any:
        return partial(self._send, getattr(self._stub, name))
