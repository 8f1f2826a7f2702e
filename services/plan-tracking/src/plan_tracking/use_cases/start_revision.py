"""Start a new revision from the one in force: a material change that both will sign."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import AppError, Kind

from plan_tracking.casefile import Casefile, open_plan
from plan_tracking.domain.states import RevisionState
from plan_tracking.governing import next_revision
from plan_tracking.views import events_of


class RevisionUnderWay(AppError):
    """One revision at a time."""

    kind = Kind.CONFLICT
    reason = "REVISION_UNDER_WAY"
    en = "Revision {revision} is {state} already."
    zh = "第 {revision} 版正处于 {state}。"


async def start_revision(database: Database, call: Call, plan_id: UUID, expected_version: int) -> UUID:
    """Draft the next revision; returns the plan's id. Raises NotInForce, RevisionUnderWay."""
    async with database.transaction(call) as tx:
        file = await open_plan(tx, plan_id, expected_version=expected_version)
        author = file.require("plan.start_revision")
        file.in_force("start_revision")
        await refuse_under_way(file)
        revision = await next_revision(file, await file.revision(file.plan.revision_in_force), author)
        file.record("revision_started", (await events_of(file)).drafted(author), revision=revision.number)
        return tx.done(plan_id)


async def refuse_under_way(file: Casefile) -> None:
    """Raise RevisionUnderWay while the newest revision is a draft or offered."""
    newest = await file.revision()
    if newest.state in {RevisionState.DRAFT, RevisionState.OFFERED}:
        raise RevisionUnderWay(revision=newest.number, state=newest.state)
