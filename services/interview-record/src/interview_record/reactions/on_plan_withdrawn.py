"""A plan was withdrawn: after a refusal the case is concluded; with a leaver it closes."""

from typing import TYPE_CHECKING
from uuid import UUID

from common.events import Event
from common.timestamps import from_timestamp
from tandem.plan_tracking.v1 import events_pb2 as pb
from tandem.plan_tracking.v1.facts_pb2 import WITHDRAW_REASON_REFUSED

from interview_record.concluding import conclude, end_plan
from interview_record.domain.archive import Cause
from interview_record.domain.interview import Conclusion
from interview_record.plan_copy import copy_plan_metrics

if TYPE_CHECKING:
    from common.database import Database


async def on_plan_withdrawn(database: "Database", event: Event[pb.PlanWithdrawn]) -> None:
    """Conclude and archive what the HRBP decided; a cancelled case takes its plan with it and says nothing here."""
    message, plan = event.message, event.message.plan
    withdrawn_at = from_timestamp(message.withdrawn_at)
    interview_id = UUID(plan.interview_id)
    async with database.reaction(event) as tx:
        await copy_plan_metrics(tx, event, plan)
        if message.reason == WITHDRAW_REASON_REFUSED:
            cause = Cause(UUID(plan.plan_id), 0, 0, withdrawn_at)
            await conclude(tx, interview_id, cause, Conclusion.WITHDRAWN, withdrawn_at)
        await end_plan(tx, interview_id, withdrawn_at)
