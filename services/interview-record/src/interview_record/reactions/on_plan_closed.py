"""A plan ended achieved or not achieved: its case closes."""

from typing import TYPE_CHECKING
from uuid import UUID

from common.events import Event
from common.timestamps import from_timestamp
from tandem.plan_tracking.v1 import events_pb2 as pb

from interview_record.concluding import end_plan
from interview_record.plan_copy import copy_plan_metrics

if TYPE_CHECKING:
    from common.database import Database


async def on_plan_closed(database: "Database", event: Event[pb.PlanClosed]) -> None:
    """Close the case, or let it close once it is archived."""
    plan = event.message.plan
    async with database.reaction(event) as tx:
        await copy_plan_metrics(tx, event, plan)
        await end_plan(tx, UUID(plan.interview_id), from_timestamp(event.message.closed_at))
