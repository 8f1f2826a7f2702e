"""Set the core goal and the initial directions."""

import json
from collections.abc import Sequence
from uuid import UUID

from common.call import Call
from common.database import Database
from common.steps import Step

from interview_record import ledger
from interview_record.casefile import open_case
from interview_record.policy import POLICY


async def set_core_goal(
    database: Database, call: Call, interview_id: UUID, core_goal: str, directions: Sequence[str], expected_version: int
) -> UUID:
    """Seal goal and directions; the first time counts for the ledger, later ones change the text."""
    async with database.transaction(call) as tx:
        file = await open_case(tx, interview_id, expected_version=expected_version)
        POLICY.require(call.identity, "interview.set_core_goal", file.case, id=interview_id)
        file.check_manager("set_core_goal")
        row = file.row
        row.core_goal = await tx.seal("interview", "core_goal", row.id, row.employee_id, core_goal)
        text = json.dumps(list(directions), ensure_ascii=False)
        row.directions = await tx.seal("interview", "directions", row.id, row.employee_id, text)
        row.core_goal_set_at = row.core_goal_set_at or tx.now
        await ledger.complete(file, Step.GOAL_SET, at=tx.now)
        file.record("core_goal_set", file.events.core_goal_set(call.identity.subject), directions=len(directions))
        return tx.done(interview_id)
