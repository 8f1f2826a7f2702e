"""Events as contracts: a message's type comes from its own option, its envelope travels in headers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar
from uuid import UUID

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message
from tandem.common.v1 import options_pb2

if TYPE_CHECKING:
    from common.database import Database

M = TypeVar("M", bound=Message)


class EventType(NamedTuple):
    """`plan-tracking.plan.signed.v1` in its parts; steps and snapshots carry the publisher's name too."""

    service: str
    aggregate: str
    name: str

    def __str__(self) -> str:
        return f"{self.aggregate}.{self.name}.v1"


@lru_cache(maxsize=512)
def _event_type(descriptor: Descriptor) -> EventType:
    declared = descriptor.GetOptions().Extensions[options_pb2.event_type]
    if not declared:
        raise TypeError(f"{descriptor.full_name} is no event: it has no event_type option")
    aggregate, _, name = declared.partition(".")
    service = descriptor.full_name.split(".")[1].replace("_", "-")
    return EventType(service, aggregate, name)


def event_type_of(message: Message | type[Message]) -> EventType:
    """Return the event's type from its option; raise TypeError for a message that is no event."""
    return _event_type(message.DESCRIPTOR)


@dataclass(frozen=True)
class Event(Generic[M]):
    """One consumed event; `time` is business time, `committed_at` real; `sequence` counts its aggregate's events."""

    id: UUID
    source: str
    type: str
    tenant_id: UUID
    aggregate_id: UUID
    epoch: int
    sequence: int
    time: datetime
    actor: str
    message: M
    committed_at: datetime | None = None


Handler = Callable[["Database", Event[M]], Awaitable[None]]


@dataclass(frozen=True)
class Reaction:
    """A handler for one event message; `sources` names the publishers it is taken from."""

    message: type[Message]
    handler: Callable[["Database", Event[Message]], Awaitable[None]]
    sources: frozenset[str]


def reaction(message: type[M], handler: Handler[M], *, sources: frozenset[str] = frozenset()) -> Reaction:
    """Pair an event with its handler; shared contracts (steps) name the publishers, others have their own."""
    own = event_type_of(message).service
    if own == "common" and not sources:
        raise ValueError(f"{message.DESCRIPTOR.full_name} is shared: name the publishers it is taken from")
    return Reaction(message, handler, sources or frozenset({own}))  # type: ignore[arg-type]
