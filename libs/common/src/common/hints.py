"""Hints: a word to whoever watches that something changed. Ids only, never relied upon: a lost one costs a poll."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from nats.aio.client import Client
from nats.errors import Error

SendHint = Callable[[UUID, str, UUID], Awaitable[None]]


def hint_subject(service: str, tenant_id: UUID, kind: str, object_id: UUID) -> str:
    """Return the core NATS subject.

    Kinds: "operation" (it moved on), "person" (their messages), "interview" (it or its session), "standing" (what a
    person holds).
    """
    return f"hint.{service}.{tenant_id}.{kind}.{object_id}"


def hints_of(service: str, broker: Client) -> SendHint:
    """Return what sends this service's hints; a broker that is away swallows them."""

    async def send(tenant_id: UUID, kind: str, object_id: UUID) -> None:
        try:
            await broker.publish(hint_subject(service, tenant_id, kind, object_id))
        except Error:
            return

    return send
