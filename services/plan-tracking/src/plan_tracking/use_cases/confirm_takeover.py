"""Confirm a plan in force that came with the person to their new manager."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import AppError, Kind
from common.steps import Step

from plan_tracking.casefile import open_plan
from plan_tracking.ledger import complete
from plan_tracking.views import events_of


class NothingToTakeOver(AppError):
    """The plan is in the hands it began in, or was confirmed."""

    kind = Kind.PRECONDITION
    reason = "NOTHING_TO_TAKE_OVER"
    en = "This plan does not wait for a takeover."
    zh = "该计划无需确认接手。"


async def confirm_takeover(database: Database, call: Call, plan_id: UUID, expected_version: int) -> UUID:
    """Confirm as the new manager; returns the plan's id. Raises NothingToTakeOver."""
    async with database.transaction(call) as tx:
        file = await open_plan(tx, plan_id, expected_version=expected_version)
        file.require_manager("plan.take_over")
        plan = file.plan
        if not plan.awaits_takeover or plan.reassigned_at is None:
            raise NothingToTakeOver
        plan.awaits_takeover = False
        await complete(file, Step.TAKEN_OVER, file.days.day_of(plan.reassigned_at).isoformat())
        events = await events_of(file)
        file.record("taken_over", events.taken_over(plan.taken_over_from, tx.now))
        return tx.done(plan_id)
