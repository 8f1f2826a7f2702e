"""What stands around an event in the broker: its facts in headers, read and held against the stream it came from."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from google.protobuf.message import Message
from nats.aio.msg import Msg

from common.events import Event, Reaction


class Unreadable(Exception):
    """A message that no retry can make readable: forged, of unknown form, or without its envelope."""


def aggregate_of(message: Msg) -> str:
    """Return the id of the aggregate whose order the message is part of; empty where it names none."""
    return (message.headers or {}).get("tandem-aggregate", "")


def type_of(message: Msg) -> str:
    """Return the event's type as the envelope names it, else as its subject does."""
    return (message.headers or {}).get("ce-type", message.subject.rsplit(".", 1)[0])


def open_envelope(
    message: Msg, source: str, reactions: Mapping[str, Reaction]
) -> tuple[Reaction, Event[Message]] | None:
    """Return the reaction and its event; None for one that has no reaction. Raises Unreadable and DecodeError."""
    headers = message.headers or {}
    try:
        named, kind = headers["ce-source"], headers["ce-type"]
        if named != source or not message.subject.startswith(f"{kind}."):
            raise Unreadable("source or type does not match the stream")
        chosen = reactions.get(kind)
        if chosen is None:
            return None
        event = Event(
            id=UUID(headers["ce-id"]),
            source=source,
            type=kind,
            tenant_id=UUID(headers["tandem-tenant"]),
            aggregate_id=UUID(headers["tandem-aggregate"]),
            epoch=int(headers["tandem-epoch"]),
            sequence=int(headers["tandem-sequence"]),
            time=datetime.fromisoformat(headers["ce-time"]),
            actor=headers["tandem-actor"],
            message=chosen.message.FromString(message.data),
            committed_at=datetime.fromisoformat(stamp) if (stamp := headers.get("tandem-committed")) else None,
        )
    except (KeyError, ValueError) as broken:
        raise Unreadable(type(broken).__name__) from broken
    return chosen, event
