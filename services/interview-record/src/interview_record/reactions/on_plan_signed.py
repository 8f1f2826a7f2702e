"""A revision is signed by both: the first concludes the case, each one is archived."""

from typing import TYPE_CHECKING
from uuid import UUID

from common.events import Event
from common.timestamps import from_timestamp
from tandem.plan_tracking.v1 import events_pb2 as pb

from interview_record.concluding import conclude
from interview_record.domain.archive import Cause
from interview_record.domain.interview import Conclusion
from interview_record.plan_copy import copy_plan_metrics

if TYPE_CHECKING:
    from common.database import Database


async def on_plan_signed(database: "Database", event: Event[pb.PlanSigned]) -> None:
    """Conclude the case or add to its archive, and follow the plan's metrics."""
    message, plan = event.message, event.message.plan
    signed_at = from_timestamp(message.signed_at)
    cause = Cause(UUID(plan.plan_id), message.revision, 0, signed_at)
    async with database.reaction(event) as tx:
        await copy_plan_metrics(tx, event, plan)
        await conclude(tx, UUID(plan.interview_id), cause, Conclusion.SIGNED, signed_at)
