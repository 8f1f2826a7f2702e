"""Consumers: fetch, claim and handle in one commit, then acknowledge; order is kept per aggregate."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

import grpc
import grpc.aio
from google.protobuf.message import DecodeError
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import ServiceUnavailableError

from common.crash_points import crash_point
from common.dead_letters import lay_aside
from common.envelope import Unreadable, aggregate_of, open_envelope, type_of
from common.errors import AlreadyHandled, AppError, Kind, NotYetVisible, Unreachable
from common.events import Event, Reaction, event_type_of
from common.instruments import CONSUMER_REDELIVERED, EVENT_DELAY
from common.lease import Lease
from common.logging import get_logger
from common.measured import Measured
from common.message_telemetry import process
from common.streams import ACK_WAIT, MAX_DELIVER, Partition, ensure_consumer

if TYPE_CHECKING:
    from common.database import Database

FETCH = 64
# Short, because a pull request waiting on a broker that restarts is lost (delivery.md 1.5).
FETCH_TIMEOUT = 2.0
HANDLER_TIMEOUT = 20.0
# Between two looks whether it is this process's turn.
STAND_BY = 0.2
# Between two looks for a server that is away.
LONGEST_PAUSE = 5.0
REPEATABLE = {"STILL_RUNNING", "VERSION_MISMATCH"}
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


class Consumer:
    """Reads one publisher's stream, or one part of its aggregates, under this service's durable.

    Of the processes of a service only the one that holds the lease reads; without a lease this process is alone.
    """

    def __init__(
        self,
        database: "Database",
        nats: Client,
        source: str,
        reactions: Sequence[Reaction],
        *,
        partition: Partition = Partition(),
        lease: Lease | None = None,
    ) -> None:
        self._database = database
        self._js: JetStreamContext = nats.jetstream(timeout=5)
        self._nats = nats
        self.source = source
        CONSUMER_REDELIVERED.begin({"source": source})
        self._partition = partition
        self._durable = partition.durable(database.service)
        self._lease = lease
        self._reactions = {
            f"{source}.{event_type_of(each.message)}": each for each in reactions if source in each.sources
        }
        self._stopping = False

    @property
    def leads(self) -> bool:
        """Tell whether it is this process that reads."""
        return self._lease is None or self._lease.held

    def stop(self) -> None:
        """Start no further fetch; the one under way and its handlers end first."""
        self._stopping = True

    async def run(self) -> None:
        """Consume until stopped, while it is this process's turn; a broker that is away is waited for."""
        # One for as long as this runs: what the broker sends late, or after a reconnect, is found in it.
        subscription = await self._js.pull_subscribe_bind(durable=self._durable, stream=self.source)
        is_there = False
        while not self._stopping:
            if self._lease is not None and self._lease.asked_back:
                await self._hand_over(self._lease)
            if not self.leads:
                await asyncio.sleep(STAND_BY)
                continue
            try:
                if not is_there:
                    await ensure_consumer(self._js, self.source, self._durable)
                    is_there = True
                messages = await subscription.fetch(FETCH, timeout=FETCH_TIMEOUT)
            except TimeoutError:
                continue
            except (NatsError, ServiceUnavailableError) as failed:
                log.warning("fetch_failed", source=self.source, error=type(failed).__name__)
                is_there = False
                await asyncio.sleep(0.5)
                continue
            await self._handle_batch(messages)
        if self._lease is not None and self._lease.held:
            await self._hand_over(self._lease)
        if self._nats.is_connected:
            await subscription.unsubscribe()

    async def _hand_over(self, lease: Lease) -> None:
        """Let another process read, with nothing of ours under way; without a database it waits for the lease's end."""
        with suppress(Unreachable):
            await lease.release()

    async def lag(self) -> tuple[int, int]:
        """Return how many events of the source wait for this service, and how many it has and not acknowledged."""
        info = await self._js.consumer_info(self.source, self._durable)
        return int(info.num_pending or 0), int(info.num_ack_pending or 0)

    async def backlog(self) -> int:
        """Return how many events of the source this service has not acknowledged."""
        return sum(await self.lag())

    async def _handle_batch(self, messages: Sequence[Msg]) -> None:
        lanes: dict[str, list[Msg]] = defaultdict(list)
        for message in messages:
            lanes[aggregate_of(message)].append(message)
        fresh, again = list[list[Msg]](), list[list[Msg]]()
        for lane in lanes.values():
            (again if any(_attempts(message) > 1 for message in lane) else fresh).append(lane)
        keeping = asyncio.create_task(_keep(messages))
        try:
            await asyncio.gather(*(self._handle_lane(lane) for lane in fresh))
            for lane in one_by_one(again):
                await self._handle_lane(lane)
        finally:
            keeping.cancel()

    async def _handle_lane(self, lane: Sequence[Msg]) -> None:
        for message in lane:
            await self._handle(message)

    async def _handle(self, message: Msg) -> None:
        if not self._partition.holds(aggregate_of(message)):
            await message.ack()
            return
        if _attempts(message) > 1:
            CONSUMER_REDELIVERED.add(1, {"source": self.source})
        if not await self._settle(message):
            return
        crash_point("event-handled")
        try:
            # Strictly after the commit: an acknowledgement lost here is a redelivery that the inbox absorbs.
            await message.ack_sync()
        except (NatsError, TimeoutError) as lost:
            log.warning("acknowledgement_lost", event_type=type_of(message), error=type(lost).__name__)
        crash_point("event-acknowledged")

    async def _settle(self, message: Msg) -> bool:
        """Handle, bury or put off a message; tells whether it is done with.

        While a server that it needs is away it waits here, and so the batch and the next fetch do: putting it off
        would spend its deliveries, and in the end bury it, for something that is not its fault.
        """
        pause = 0.25
        # Once another process has taken over, the broker gives it what is not acknowledged. While the lease only could
        # not be renewed, for want of the database, nobody can take it over either.
        while self._lease is None or self._lease.fence:
            try:
                if self.leads:
                    return await self._try(message)
            except Exception as failed:
                if not _is_away(failed):
                    raise
                log.warning("dependency_away", event_type=type_of(message), error=type(failed).__name__)
            if self._stopping:
                return False
            pause = min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)
        return False

    async def _try(self, message: Msg) -> bool:
        attempts = _attempts(message)
        try:
            opened = open_envelope(message, self.source, self._reactions)
        except (Unreadable, DecodeError) as broken:
            await self._bury(message, broken, attempts)
            return True
        if opened is None:
            return True
        chosen, event = opened
        with process(event.type, self._database.service, message.headers or {}, attempts) as work:
            crash_point(f"event-{event.id}")
            try:
                async with asyncio.timeout(HANDLER_TIMEOUT):
                    await chosen.handler(self._database, event)
            except AlreadyHandled:
                return True
            except Exception as failed:
                return await self._after_failure(message, failed, attempts, work)
        if event.committed_at is not None:
            delay = time.time() - event.committed_at.timestamp()
            EVENT_DELAY.record(max(delay, 0.0), {"source": self.source})
        return True

    async def _after_failure(self, message: Msg, failed: Exception, attempts: int, work: Measured) -> bool:
        """Put the message off, or bury it; tells whether it is done with."""
        # What has not arrived yet is waited for; that is no failure.
        if not isinstance(failed, NotYetVisible):
            work.fail(failed.reason if isinstance(failed, AppError) else type(failed).__name__)
        delay = self._delay(message, failed, attempts)
        if delay is None or attempts >= MAX_DELIVER - 1:
            work.span.add_event("term")
            await self._bury(message, failed, attempts)
            return True
        work.span.add_event("nak", {"delay": delay})
        await message.nak(delay=delay)
        return False

    def _delay(self, message: Msg, failed: Exception, attempts: int) -> float | None:
        """Return in how many seconds the message is tried again; None if that would not help."""
        match failed:
            case _ if _is_away(failed):
                raise failed
            case NotYetVisible():
                return float(min(0.1 * 2**attempts, 60.0))
            case AppError() if failed.kind is Kind.UNAVAILABLE or failed.reason in REPEATABLE:
                return float(min(0.2 * 2**attempts, 60.0))
            case AppError() | KeyError() | ValueError() | TypeError():
                return None
        log.error(
            "reaction_failed",
            event_type=type_of(message),
            error=type(failed).__name__,
            attempts=attempts,
            exc_info=True,
        )
        return min(float(2**attempts), 300.0)

    async def _bury(self, message: Msg, error: Exception, attempts: int) -> None:
        """Keep a message that no retry can help, so that it can be looked at and replayed."""
        if not isinstance(error, Unreadable):
            log.error("reaction_given_up", event_type=type_of(message), exc_info=error)
        headers = {"ce-type": type_of(message), **(message.headers or {})}
        said = f"{type(error).__name__}: {getattr(error, 'reason', '')}"
        await lay_aside(self._database, self.source, headers, message.data, error=said, attempts=attempts)


def one_by_one(lanes: list[list[Msg]]) -> list[list[Msg]]:
    """Return what was delivered before in the order in which it is handled, one lane after the other.

    One of them may have ended the process that had them all. Forwards first, backwards the next time, all others have
    got past it; where there are several such, chance helps.
    """
    attempts = max((_attempts(message) for lane in lanes for message in lane), default=0)
    if attempts > 3:
        return random.sample(lanes, len(lanes))
    return lanes[::-1] if attempts == 3 else lanes


async def _keep(messages: Sequence[Msg]) -> None:
    """Tell the broker, again and again, that what is not yet acknowledged is still being worked on."""
    while True:
        await asyncio.sleep(ACK_WAIT / 3)
        for message in messages:
            with suppress(NatsError):
                await message.in_progress()


def _attempts(message: Msg) -> int:
    return int(message.metadata.num_delivered or 1)


def _is_away(failed: Exception) -> bool:
    """Tell whether the database, or a service that was called, could not be reached."""
    if isinstance(failed, grpc.aio.AioRpcError):
        return failed.code() is grpc.StatusCode.UNAVAILABLE
    return isinstance(failed, Unreachable)
