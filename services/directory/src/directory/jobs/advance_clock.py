"""Moves a demo tenant's clock from due to due, waiting until everything that each moment set off has come to rest."""

import asyncio
from datetime import datetime, timedelta

from common.clock import set_offset
from common.database import Database
from common.errors import FieldViolation
from common.logging import get_logger
from common.operations import Job
from common.quiet import Quiet, ask_quiet
from common.streams import CONSUMES
from nats.aio.client import Client

from directory.domain.errors import ClockNotAtRest

# Twice in a row at rest: an event may be between an outbox and its consumer when first asked.
CALM = 2
PAUSE = 0.05
PATIENCE = timedelta(minutes=1)
NO_ANSWER = ("does not answer; is it running, every process of it?", "没有应答；请确认该服务的所有进程都在运行。")
CLOCK_BEHIND = ("does not follow the clock in every process.", "并非所有进程都已采用新的时间。")
NOT_AT_REST = ("did not come to rest within a minute.", "未能在一分钟内处理完待办工作。")
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
            follows = offset is None or all(each.follows(offset) for each in answers)
            calm = calm + 1 if follows and all(each.at_rest for each in answers) else 0
            if calm >= CALM:
                return answers
            if database.clock.system() > give_up:
                await self._give_up(database, job, answers, offset)
            await asyncio.sleep(PAUSE)

    async def _give_up(self, database: Database, job: Job, answers: list[Quiet], offset: float | None) -> None:
        """End the operation as failed, with an error for each service that it waited for."""
        wrong = [found for each in answers if (found := _in_the_way(each, offset))]
        log.error("clock_not_at_rest", reason=",".join(each.field for each in wrong), operation_id=str(job.id))
        async with database.job(job):
            for each in wrong:
                job.row_error(0, each)
        raise ClockNotAtRest


def _in_the_way(quiet: Quiet, offset: float | None) -> FieldViolation | None:
    """Return why the clock cannot move on because of the service, or None."""
    if not quiet.answered:
        return FieldViolation(quiet.service, "NO_ANSWER", *NO_ANSWER)
    if offset is not None and not quiet.follows(offset):
        return FieldViolation(quiet.service, "CLOCK_BEHIND", *CLOCK_BEHIND)
    return None if quiet.at_rest else FieldViolation(quiet.service, "NOT_AT_REST", *NOT_AT_REST)
