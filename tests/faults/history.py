"""What a client knows of its commands, and the installation's own check once everything has healed and is quiet."""

import asyncio
from dataclasses import dataclass

from ops import check
from ops.installation import Installation


@dataclass
class Outcome:
    """What a client knows of its command: ok with an id, refused, or unknown because the answer never came.

    `status` is HTTP's, 0 where the connection ended before any answer.
    """

    key: str
    state: str
    resource_id: str = ""
    status: int = 200


async def quiet(dsn: str, seconds: float = 60) -> None:
    """Wait until nothing is unpublished, every published event is handled and every operation has ended."""
    async with asyncio.timeout(seconds):
        while await check.waiting(Installation(dsn)):
            await asyncio.sleep(0.3)


async def findings(dsn: str) -> list[str]:
    """Return everything that breaks a promise; empty means that the history is clean."""
    return await check.findings(Installation(dsn))
