"""A stage review was held: what is archived after the first counts in step rates only."""

from typing import TYPE_CHECKING
from uuid import UUID

from common.events import Event
from common.timestamps import from_timestamp
from tandem.plan_tracking.v1 import events_pb2 as pb

from interview_record.casefile import open_case
from interview_record.plan_copy import copy_plan_metrics

if TYPE_CHECKING:
    from common.database import Database


async def on_plan_reviewed(database: "Database", event: Event[pb.PlanReviewed]) -> None:
    """Remember when the first review was."""
    async with database.reaction(event) as tx:
        await copy_plan_metrics(tx, event, event.message.plan)
        if event.message.first:
            file = await open_case(tx, UUID(event.message.plan.interview_id))
            file.row.first_reviewed_at = from_timestamp(event.message.reviewed_at)
