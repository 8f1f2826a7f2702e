"""The employee acknowledged an amendment: its difference is archived."""

from typing import TYPE_CHECKING
from uuid import UUID

from common.errors import NotYetVisible
from common.events import Event
from common.timestamps import from_timestamp
from tandem.plan_tracking.v1 import events_pb2 as pb

from interview_record.casefile import open_case
from interview_record.concluding import add_item
from interview_record.domain.archive import Cause
from interview_record.domain.interview import UNFINISHED
from interview_record.plan_copy import copy_plan_metrics

if TYPE_CHECKING:
    from common.database import Database


async def on_plan_amended(database: "Database", event: Event[pb.PlanAmended]) -> None:
    """Add the amendment to the archive; it waits for the signing that it follows."""
    message, plan = event.message, event.message.plan
    at = from_timestamp(message.acknowledged_at)
    async with database.reaction(event) as tx:
        await copy_plan_metrics(tx, event, plan)
        file = await open_case(tx, UUID(plan.interview_id))
        if file.row.state in UNFINISHED:
            raise NotYetVisible(resource="plan", id=plan.plan_id)
        await add_item(file, Cause(UUID(plan.plan_id), message.revision, message.amendment, at))
