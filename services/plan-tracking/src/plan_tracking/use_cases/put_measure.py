"""Add a measure to a goal of the draft, or change one; both sides may, and the authors are shown."""

from dataclasses import replace
from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import NotFound
from common.ids import new_id

from plan_tracking.casefile import open_plan
from plan_tracking.domain.content import Measure
from plan_tracking.storage.contents import write_measure
from plan_tracking.storage.copies import person_of
from plan_tracking.storage.plan_tables import GoalRow, MeasureRow
from plan_tracking.storage.plans import next_position


async def put_measure(
    database: Database, call: Call, plan_id: UUID, measure_id: UUID | None, measure: Measure, expected_version: int
) -> UUID:
    """Write the measure, a new one without an id; returns its id. Raises NotFound, NotYetVisible for its owner."""
    async with database.transaction(call) as tx:
        file = await open_plan(tx, plan_id, expected_version=expected_version)
        author = file.require("plan.draft")
        draft = await file.draft("edit")
        if await tx.session.get(GoalRow, (tx.tenant_id, draft.id, measure.goal_id)) is None:
            raise NotFound(resource="goal", id=measure.goal_id)
        if measure.owner_id is not None:
            await person_of(tx, measure.owner_id)
        row = None if measure_id is None else await tx.session.get(MeasureRow, (tx.tenant_id, draft.id, measure_id))
        if row is None and measure_id is not None:
            raise NotFound(resource="measure", id=measure_id)
        if row is None:
            row = MeasureRow(tenant_id=tx.tenant_id, revision_id=draft.id, measure_id=new_id(), plan_id=plan_id)
            row.position = await next_position(tx, MeasureRow, draft.id)
        written = replace(measure, measure_id=row.measure_id, proposed_by=author, edited_by=author)
        await write_measure(tx, row, written, file.plan.employee_id)
        file.touch()
        file.record("measure_put", measure_id=row.measure_id)
        return tx.done(row.measure_id)
