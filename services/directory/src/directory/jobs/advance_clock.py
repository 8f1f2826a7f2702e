"""Moves a demo tenant's clock from due to due, waiting until everything that each moment set off has come to rest."""

import asyncio
from datetime import datetime, timedelta

from common.clock import set_offset
from common.database import Database
from common.logging import get_logger
from common.operations import Job
from common.quiet import Quiet, ask_quiet
from common.streams import CONSUMES
from nats.aio.client import Client

# Twice in a row at rest: an event may be between an outbox and its consumer when first asked.
CALM = 2
PAUSE = 0.05
PATIENCE = timedelta(minutes=1)
log = get_logger(__name__)
_TICK = timedelta(milliseconds=1)


class AdvanceClock:
    """The work of the operation `advance_clock`."""

    def __init__(self, broker: Client) -> None:
        self._broker = broker

    async def __call__(self, database: Database, job: Job) -> None:
        """Move on until the target is reached; a restart goes on from the clock as it stands."""
        target = datetime.fromisoformat(job.params["to"])
        answers = await self._settle(database, job)
        while (now := database.clock.now(job.tenant_id)) < target:
            ahead = [each.next_due_at for each in answers if each.next_due_at is not None]
            following = min([*(moment for moment in ahead if moment > now), target])
            offset = min(following + _TICK, max(target, following)) - database.clock.system()
            await set_offset(self._broker, job.tenant_id, offset)
            answers = await self._settle(database, job, offset.total_seconds())
            async with database.job(job):
                job.advance(1, cursor={"at": following.isoformat()})

    async def _settle(self, database: Database, job: Job, offset: float | None = None) -> list[Quiet]:
        """Wait until every service follows the clock and has nothing of the tenant's under way."""
        give_up = database.clock.system() + PATIENCE
        calm = 0
        while True:
            answers = await ask_quiet(self._broker, CONSUMES, job.tenant_id)
            follows = offset is None or all(abs(each.clock_offset - offset) < 0.01 for each in answers)
            calm = calm + 1 if follows and all(each.at_rest for each in answers) else 0
            if calm >= CALM:
                return answers
            if database.clock.system() > give_up:
                restless = [each.service for each in answers if not each.at_rest]
                log.error("clock_not_at_rest", reason=",".join(restless), operation_id=str(job.id))
                raise TimeoutError("the services did not come to rest")
            await asyncio.sleep(PAUSE)
