"""A calendar changed: every case that counts on it is computed again."""

from uuid import UUID

from common.database import Database
from common.operations import Job

from scheduling.storage.copies import open_interviews
from scheduling.storage.copy_tables import InterviewRow, PersonRow
from scheduling.use_cases.follow_interview import refresh_dues

CHUNK = 50


async def recompute_dues(database: Database, job: Job) -> None:
    """Refresh the open interviews whose employees have the calendar, chunk by chunk."""
    while True:
        after = job.cursor.get("after")
        async with database.job(job) as tx:
            statement = open_interviews(tx.tenant_id).where(PersonRow.calendar_code == job.params["calendar_code"])
            if after:
                statement = statement.where(InterviewRow.id > UUID(after))
            ids = (await tx.session.scalars(statement.limit(CHUNK))).all()
            for interview_id in ids:
                await refresh_dues(tx, interview_id)
            job.advance(len(ids), cursor={"after": str(ids[-1])} if ids else job.cursor)
        if len(ids) < CHUNK:
            return
