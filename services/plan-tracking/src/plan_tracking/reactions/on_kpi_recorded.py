"""interview-record recorded a result that a plan in force works on."""

from uuid import UUID

from common.database import Database
from common.events import Event
from tandem.interview_record.v1.events_pb2 import KpiRecorded

from plan_tracking.reactions.copies import kpi_values
from plan_tracking.use_cases.follow_kpi_result import follow_kpi_result


async def on_kpi_recorded(database: Database, event: Event[KpiRecorded]) -> None:
    """Keep the result."""
    await follow_kpi_result(database, event, UUID(event.message.kpi_result_id), kpi_values(event.message))
