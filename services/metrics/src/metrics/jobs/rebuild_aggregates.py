"""The operation that builds everything anew from the kept facts."""

from uuid import UUID

from common.database import Database
from common.operations import Job

from metrics.use_cases.rebuild_subjects import count_all_subjects, rebuild_subjects


async def rebuild_aggregates(database: Database, job: Job) -> None:
    """Rebuild subject by subject, from where it stopped; events that arrive meanwhile are simply kept too."""
    while True:
        after = job.cursor.get("after")
        async with database.job(job) as tx:
            if job.total is None:
                job.advance(0, total=await count_all_subjects(tx))
            rebuilt = await rebuild_subjects(tx, UUID(after) if after else None)
            job.result["rebuilt"] = job.result.get("rebuilt", 0) + len(rebuilt)
            job.advance(len(rebuilt), cursor={"after": str(rebuilt[-1])} if rebuilt else job.cursor)
        if not rebuilt:
            return
