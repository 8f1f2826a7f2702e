"""Report how a measure goes; its owner may, and knows no more of the plan than that measure."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import NotFound
from common.ids import new_id

from plan_tracking.casefile import open_plan
from plan_tracking.domain.progress import ProgressState
from plan_tracking.storage.follow_up_tables import MeasureReportRow
from plan_tracking.storage.plans import measures_in_force


async def report_measure_progress(
    database: Database, call: Call, plan_id: UUID, measure_id: UUID, state: ProgressState, percent: int, note: str
) -> UUID:
    """Report as owner, employee or manager; returns the report's id. Raises NotFound, NotInForce."""
    async with database.transaction(call) as tx:
        file = await open_plan(tx, plan_id)
        in_force = await measures_in_force(tx, file.plan)
        measure = next((each for each in in_force if each.measure_id == measure_id), None)
        owners = (measure.owner_id,) if measure is not None and measure.owner_id is not None else ()
        person = file.require("measure.report", owners=owners)
        file.in_force("report")
        if measure is None:
            raise NotFound(resource="measure", id=measure_id)
        row = MeasureReportRow(
            tenant_id=tx.tenant_id,
            id=new_id(),
            plan_id=plan_id,
            measure_id=measure_id,
            state=state.value,
            percent=percent,
            reported_by=person,
            reported_at=tx.now,
        )
        row.note = await tx.seal("measure_report", "note", row.id, file.plan.employee_id, note.strip())
        tx.add(row)
        file.record("measure_reported", measure_id=measure_id, state=state, percent=percent)
        return tx.done(row.id)
