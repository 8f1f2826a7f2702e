"""Consumers: fetch, claim and handle in one commit, then acknowledge; order is kept per aggregate."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from google.protobuf.message import DecodeError, Message
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import ServiceUnavailableError
from sqlalchemy import insert

from common import tables
from common.crash_points import crash_point
from common.errors import AlreadyHandled, AppError, Kind, NotYetVisible
from common.events import Event, Reaction, event_type_of
from common.logging import get_logger
from common.streams import MAX_DELIVER, ensure_consumer
from common.telemetry import consume_span

if TYPE_CHECKING:
    from common.database import Database

FETCH = 64
# Short, because a pull request waiting on a broker that restarts is lost (delivery.md 1.5).
FETCH_TIMEOUT = 3.0
HANDLER_TIMEOUT = 20.0
log = get_logger(__name__)


class Projected(Protocol):
    """A read copy's row: where its aggregate stood when last applied."""

    epoch: int
    sequence: int


def is_newer(row: Projected, event: Event[Any]) -> bool:
    """Tell whether the event is ahead of what the read copy has seen; if so, note it on the row."""
    if (event.epoch, event.sequence) <= (row.epoch or 0, row.sequence or 0):
        return False
    row.epoch, row.sequence = event.epoch, event.sequence
    return True


class Unreadable(Exception):
    """A message that no retry can make readable: forged, of unknown form, or without its envelope."""


class Consumer:
    """Reads one publisher's stream under this service's durable."""

    def __init__(self, database: "Database", nats: Client, source: str, reactions: Sequence[Reaction]) -> None:
        self._database = database
        self._js: JetStreamContext = nats.jetstream(timeout=5)
        self._nats = nats
        self.source = source
        self._reactions = {
            f"{source}.{event_type_of(each.message)}": each for each in reactions if source in each.sources
        }
        self._stopping = False
        self._database_away = False

    def stop(self) -> None:
        """Start no further fetch; the one under way and its handlers end first."""
        self._stopping = True

    async def run(self) -> None:
        """Consume until stopped; a broker that is away is waited for."""
        subscription: JetStreamContext.PullSubscription | None = None
        while not self._stopping:
            if self._database_away and not await self._database_is_back():
                await asyncio.sleep(1)
                continue
            try:
                if subscription is None:
                    await ensure_consumer(self._js, self.source, self._database.service)
                    subscription = await self._js.pull_subscribe_bind(
                        durable=self._database.service, stream=self.source
                    )
                messages = await subscription.fetch(FETCH, timeout=FETCH_TIMEOUT)
            except TimeoutError:
                continue
            except (NatsError, ServiceUnavailableError) as failed:
                log.warning("fetch_failed", source=self.source, error=type(failed).__name__)
                subscription = None
                await asyncio.sleep(1)
                continue
            await self._handle_batch(messages)
        if subscription is not None and self._nats.is_connected:
            await subscription.unsubscribe()

    async def _database_is_back(self) -> bool:
        """Tell whether the database answers again; until then no delivery is spent on it."""
        try:
            async with self._database.worker():
                self._database_away = False
        except Exception as failed:
            log.warning("database_away", source=self.source, error=type(failed).__name__)
        return not self._database_away

    async def backlog(self) -> int:
        """Return how many events of the source this service has not acknowledged."""
        info = await self._js.consumer_info(self.source, self._database.service)
        return int(info.num_pending or 0) + int(info.num_ack_pending or 0)

    async def _handle_batch(self, messages: Sequence[Msg]) -> None:
        lanes: dict[str, list[Msg]] = defaultdict(list)
        for message in messages:
            lanes[(message.headers or {}).get("tandem-aggregate", "")].append(message)
        await asyncio.gather(*(self._handle_lane(lane) for lane in lanes.values()))

    async def _handle_lane(self, lane: Sequence[Msg]) -> None:
        for message in lane:
            await self._handle(message)

    async def _handle(self, message: Msg) -> None:
        attempts = message.metadata.num_delivered or 1
        try:
            chosen, event = self._open(message)
            if chosen is not None and event is not None:
                with consume_span(event.type, message.headers or {}):
                    async with asyncio.timeout(HANDLER_TIMEOUT):
                        await chosen.handler(self._database, event)
        except AlreadyHandled:
            pass
        except NotYetVisible as missing:
            if attempts < MAX_DELIVER - 1:
                await message.nak(delay=min(0.1 * 2**attempts, 60.0))
                return
            await self._bury(message, missing, attempts)
        except (Unreadable, DecodeError, KeyError, ValueError, TypeError) as broken:
            await self._bury(message, broken, attempts)
        except AppError as refused:
            if refused.kind is Kind.UNAVAILABLE or refused.reason in {"STILL_RUNNING", "VERSION_MISMATCH"}:
                await message.nak(delay=min(0.2 * 2**attempts, 60.0))
                return
            await self._bury(message, refused, attempts)
        except Exception as failed:
            log.error(
                "reaction_failed",
                event_type=self._type(message),
                error=type(failed).__name__,
                attempts=attempts,
                exc_info=True,
            )
            if attempts < MAX_DELIVER - 1:
                await message.nak(delay=min(float(2**attempts), 300.0))
                return
            await self._bury(message, failed, attempts)
        crash_point("event-handled")
        # Strictly after the commit: an acknowledgement lost here is a redelivery that the inbox absorbs.
        await message.ack_sync()
        crash_point("event-acknowledged")

    def _open(self, message: Msg) -> tuple[Reaction | None, Event[Message] | None]:
        headers = message.headers or {}
        try:
            source, kind = headers["ce-source"], headers["ce-type"]
            if source != self.source or not message.subject.startswith(f"{kind}."):
                raise Unreadable("source or type does not match the stream")
            chosen = self._reactions.get(kind)
            if chosen is None:
                return None, None
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
            )
        except (KeyError, ValueError) as broken:
            raise Unreadable(type(broken).__name__) from broken
        return chosen, event

    async def _bury(self, message: Msg, error: Exception, attempts: int) -> None:
        """Keep a message that no retry can help, so that it can be looked at and replayed."""
        headers = dict(message.headers or {})
        tenant = headers.get("tandem-tenant")
        log.error(
            "dead_letter",
            event_type=self._type(message),
            error=type(error).__name__,
            attempts=attempts,
            exc_info=not isinstance(error, Unreadable),
        )
        async with self._database.worker() as connection:
            await connection.execute(
                insert(tables.dead_letter).values(
                    tenant_id=_uuid(tenant),
                    source=self.source,
                    event_type=self._type(message),
                    event_id=headers.get("ce-id", ""),
                    headers=headers,
                    payload=message.data,
                    error=f"{type(error).__name__}: {getattr(error, 'reason', '')}",
                    attempts=attempts,
                )
            )

    def _type(self, message: Msg) -> str:
        return (message.headers or {}).get("ce-type", message.subject.rsplit(".", 1)[0])


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
