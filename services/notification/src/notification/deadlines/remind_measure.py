"""A measure that somebody else took on is due soon."""

from uuid import UUID

from common.database import Database
from common.due import Due

from notification.parties import Parties
from notification.reminding import supporters_measures
from notification.storage.copy_tables import PlanRow


async def remind_measure(database: Database, due: Due) -> None:
    """Remind its owner, if it is still theirs and in force; `due.key` is the measure's id."""
    async with database.deadline(due) as tx:
        plan = await tx.session.get(PlanRow, (due.tenant_id, due.object_id))
        measure = supporters_measures(plan).get(due.key) if plan and plan.state == "active" else None
        if plan is None or measure is None:
            return
        parties = Parties(tx, plan, "plan", plan.id, plan.interview_id)
        values = parties.about_employee(days={"due_at": measure["due_on"]})
        slot = f"{due.key}:{measure['due_on']}"
        await parties.tell_owner("measure_due", UUID(measure["owner"]), slot, values)
