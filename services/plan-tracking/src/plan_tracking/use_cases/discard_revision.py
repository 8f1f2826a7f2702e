"""Drop a later revision that is still a draft; the one in force goes on."""

from uuid import UUID

from common.call import Call
from common.database import Database

from plan_tracking.casefile import open_plan
from plan_tracking.domain.states import RevisionState
from plan_tracking.governing import resume
from plan_tracking.views import events_of


async def discard_revision(database: Database, call: Call, plan_id: UUID, expected_version: int) -> UUID:
    """Supersede the draft; returns the plan's id. Raises NotADraft, NotInForce for the first revision."""
    async with database.transaction(call) as tx:
        file = await open_plan(tx, plan_id, expected_version=expected_version)
        author = file.require("plan.discard_revision")
        file.in_force("discard_revision")
        draft = await file.draft("discard_revision")
        draft.state, draft.ended_at = RevisionState.SUPERSEDED.value, tx.now
        await resume(file)
        file.touch()
        file.record("revision_discarded", (await events_of(file)).drafted(author), revision=draft.number)
        return tx.done(plan_id)
