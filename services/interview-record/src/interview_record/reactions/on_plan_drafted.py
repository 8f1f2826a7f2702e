"""A plan was drafted: the case names it."""

from typing import TYPE_CHECKING
from uuid import UUID

from common.events import Event
from tandem.plan_tracking.v1 import events_pb2 as pb

from interview_record.concluding import note_plan

if TYPE_CHECKING:
    from common.database import Database


async def on_plan_drafted(database: "Database", event: Event[pb.PlanDrafted]) -> None:
    """Remember the plan's id on the case."""
    async with database.reaction(event) as tx:
        plan = event.message.plan
        await note_plan(tx, UUID(plan.interview_id), UUID(plan.plan_id))
