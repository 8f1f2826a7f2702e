"""Add a goal to the draft, or change one; both sides may, and the authors are shown."""

from dataclasses import replace
from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import Invalid, NotFound
from common.ids import new_id

from plan_tracking.casefile import open_plan
from plan_tracking.domain.content import Goal
from plan_tracking.storage.contents import write_goal
from plan_tracking.storage.plan_tables import GoalRow
from plan_tracking.storage.plans import next_position


async def put_goal(
    database: Database, call: Call, plan_id: UUID, goal_id: UUID | None, goal: Goal, expected_version: int
) -> UUID:
    """Write the goal, a new one without an id; returns the goal's id. Raises NotFound, NotADraft."""
    async with database.transaction(call) as tx:
        file = await open_plan(tx, plan_id, expected_version=expected_version)
        author = file.require("plan.draft")
        draft = await file.draft("edit")
        known = {each["id"] for each in file.interview.shortfalls}
        if goal.shortfall_id is not None and str(goal.shortfall_id) not in known:
            raise Invalid.field(
                "shortfall_id",
                "SHORTFALL_UNKNOWN",
                en="The interview is not about this shortfall.",
                zh="该短板不属于此次面谈。",
            )
        row = None if goal_id is None else await tx.session.get(GoalRow, (tx.tenant_id, draft.id, goal_id))
        if row is None and goal_id is not None:
            raise NotFound(resource="goal", id=goal_id)
        if row is None:
            row = GoalRow(tenant_id=tx.tenant_id, revision_id=draft.id, goal_id=new_id(), plan_id=plan_id)
            row.position = await next_position(tx, GoalRow, draft.id)
        written = replace(goal, goal_id=row.goal_id, proposed_by=author, edited_by=author)
        await write_goal(tx, row, written, file.plan.employee_id)
        file.touch()
        file.record("goal_put", goal_id=row.goal_id)
        return tx.done(row.goal_id)
