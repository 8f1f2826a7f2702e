"""The HRBP put a refused plan in force: the case is concluded and archived."""

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


async def on_plan_issued(database: "Database", event: Event[pb.PlanIssued]) -> None:
    """Conclude the case, and follow the plan's metrics."""
    message, plan = event.message, event.message.plan
    issued_at = from_timestamp(message.issued_at)
    cause = Cause(UUID(plan.plan_id), message.revision, 0, issued_at)
    async with database.reaction(event) as tx:
        await copy_plan_metrics(tx, event, plan)
        await conclude(tx, UUID(plan.interview_id), cause, Conclusion.ISSUED, issued_at)
