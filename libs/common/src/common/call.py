"""The call under way: identity, idempotency key and what the request was."""

from contextvars import ContextVar
from dataclasses import dataclass

from common.errors import Unauthenticated
from common.identity import Identity


@dataclass(frozen=True)
class Call:
    """One incoming call; `fingerprint` is the SHA-256 of the canonical request."""

    identity: Identity
    method: str = ""
    idempotency_key: str | None = None
    fingerprint: bytes = b""


_current: ContextVar[Call | None] = ContextVar("call", default=None)


def current_call() -> Call:
    """Return the call this task serves; raise Unauthenticated outside one."""
    call = _current.get()
    if call is None:
        raise Unauthenticated
    return call


def enter_call(call: Call) -> None:
    """Bind the call to this task; tasks started from it inherit it."""
    _current.set(call)
