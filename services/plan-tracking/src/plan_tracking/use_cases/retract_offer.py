"""Take an offer back to draft while nobody has signed it."""

from uuid import UUID

from common.call import Call
from common.database import Database

from plan_tracking.casefile import open_plan
from plan_tracking.domain.signing import AlreadySigned
from plan_tracking.governing import reopen_draft
from plan_tracking.storage.plans import signatures_of
from plan_tracking.views import events_of


async def retract_offer(database: Database, call: Call, plan_id: UUID, expected_version: int) -> UUID:
    """Let the offered revision be a draft again; returns the plan's id. Raises NotOffered, AlreadySigned."""
    async with database.transaction(call) as tx:
        file = await open_plan(tx, plan_id, expected_version=expected_version)
        manager = file.require_manager("plan.retract_offer")
        revision = await file.offered("retract_offer")
        if await signatures_of(tx, plan_id, revision.number):
            raise AlreadySigned
        await reopen_draft(file, revision)
        file.touch()
        file.record("offer_retracted", (await events_of(file)).drafted(manager), revision=revision.number)
        return tx.done(plan_id)
