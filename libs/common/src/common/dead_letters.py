"""Dead letters: events that no further attempt can help, laid aside so that they can be looked at and sent again."""

import asyncio
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError, ServiceUnavailableError
from sqlalchemy import insert, select

from common import tables
from common.logging import get_logger
from common.streams import ADVISORIES

if TYPE_CHECKING:
    from common.database import Database

FETCH = 10
FETCH_TIMEOUT = 5.0
log = get_logger(__name__)


async def lay_aside(
    database: "Database", source: str, headers: Mapping[str, str], payload: bytes, *, error: str, attempts: int
) -> None:
    """Write the letter, once, unless the event has been handled after all."""
    event_id, letters = headers.get("ce-id", ""), tables.dead_letter
    async with database.worker() as connection:
        if known := _uuid(event_id):
            written = select(letters.c.id).where(letters.c.source == source, letters.c.event_id == event_id)
            handled = select(tables.inbox.c.event_id).where(tables.inbox.c.event_id == known)
            if await connection.scalar(written) is not None or await connection.scalar(handled) is not None:
                return
        await connection.execute(
            insert(letters).values(
                tenant_id=_uuid(headers.get("tandem-tenant", "")),
                source=source,
                event_type=headers.get("ce-type", ""),
                event_id=event_id,
                headers=dict(headers),
                payload=payload,
                error=error,
                attempts=attempts,
            )
        )
    log.error("dead_letter", source=source, event_type=headers.get("ce-type", ""), error=error, attempts=attempts)


class GivenUp:
    """Lays aside what the broker stops delivering: events that ended this process at every attempt.

    After its last delivery such an event is neither pending nor unacknowledged; only the broker's advisory tells of it.
    """

    def __init__(self, database: "Database", nats: Client) -> None:
        self._database = database
        self._nats = nats
        self._js = nats.jetstream(timeout=5)
        self._stopping = False

    def stop(self) -> None:
        """End after the fetch under way."""
        self._stopping = True

    async def run(self) -> None:
        """Read advisories until stopped."""
        subscription = await self._js.pull_subscribe_bind(durable=self._database.service, stream=ADVISORIES)
        while not self._stopping:
            try:
                for advisory in await subscription.fetch(FETCH, timeout=FETCH_TIMEOUT):
                    await self._lay_aside(advisory)
                    await advisory.ack()
            except TimeoutError:
                continue
            except (NatsError, ServiceUnavailableError) as failed:
                log.warning("advisories_not_read", error=type(failed).__name__)
                await asyncio.sleep(1)
        if self._nats.is_connected:
            await subscription.unsubscribe()

    async def _lay_aside(self, advisory: Msg) -> None:
        said = json.loads(advisory.data)
        try:
            message = await self._js.get_msg(said["stream"], said["stream_seq"])
        except NotFoundError:
            log.error("given_up_and_expired", source=said["stream"], position=said["stream_seq"])
            return
        error = said["type"].rpartition(".")[2]
        headers = message.headers or {}
        await lay_aside(
            self._database, said["stream"], headers, message.data or b"", error=error, attempts=said["deliveries"]
        )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
