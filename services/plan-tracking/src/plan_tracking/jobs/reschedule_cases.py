"""Count the open rows of everyone under a calendar again, case by case."""

from uuid import UUID

from common.database import Database
from common.operations import Job
from sqlalchemy import select

from plan_tracking.rescheduling import reschedule
from plan_tracking.storage.copy_tables import InterviewRow, PersonRow
from plan_tracking.storage.follow_up_tables import StepRow

CHUNK = 50


async def reschedule_cases(database: Database, job: Job) -> None:
    """Work through the interviews with open rows in the order of their ids; the cursor is the last one done."""
    while True:
        after = UUID(job.cursor.get("after", str(UUID(int=0))))
        async with database.job(job) as tx:
            found = await tx.session.scalars(
                select(InterviewRow)
                .where(
                    InterviewRow.tenant_id == tx.tenant_id,
                    InterviewRow.id > after,
                    InterviewRow.id.in_(
                        select(StepRow.interview_id)
                        .join(
                            PersonRow,
                            (PersonRow.tenant_id == StepRow.tenant_id) & (PersonRow.id == StepRow.employee_id),
                        )
                        .where(
                            StepRow.tenant_id == tx.tenant_id,
                            PersonRow.tenant_id == tx.tenant_id,
                            StepRow.state == "open",
                            PersonRow.calendar_code == job.params["calendar_code"],
                        )
                    ),
                )
                .order_by(InterviewRow.id)
                .limit(CHUNK)
            )
            interviews = found.all()
            for interview in interviews:
                await reschedule(tx, interview)
            if interviews:
                job.advance(len(interviews), cursor={"after": str(interviews[-1].id)})
        if len(interviews) < CHUNK:
            return
