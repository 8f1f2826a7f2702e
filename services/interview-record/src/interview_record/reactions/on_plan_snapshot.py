"""A plan as it stands: its metrics are caught up on."""

from typing import TYPE_CHECKING

from common.events import Event
from tandem.plan_tracking.v1 import events_pb2 as pb

from interview_record.plan_copy import copy_plan_metrics

if TYPE_CHECKING:
    from common.database import Database


async def on_plan_snapshot(database: "Database", event: Event[pb.PlanSnapshot]) -> None:
    """Follow the plan's metrics; cases learn of plans by the events themselves."""
    async with database.reaction(event) as tx:
        await copy_plan_metrics(tx, event, event.message.plan)
