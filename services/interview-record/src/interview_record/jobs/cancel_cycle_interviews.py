"""Cancels those interviews of a cancelled cycle whose employees have not been briefed."""

from typing import TYPE_CHECKING
from uuid import UUID

from common.operations import Job
from sqlalchemy import select

from interview_record.casefile import case_of_row
from interview_record.domain.interview import CancelReason, State
from interview_record.ending import cancel
from interview_record.storage.interview_tables import InterviewRow

if TYPE_CHECKING:
    from common.database import Database

CHUNK = 50


async def cancel_cycle_interviews(database: "Database", job: Job) -> None:
    """Cancel chunk by chunk; what was shared or started goes on."""
    cycle_id = UUID(job.params["cycle_id"])
    while True:
        async with database.job(job) as tx:
            rows = list(
                await tx.session.scalars(
                    select(InterviewRow)
                    .where(
                        InterviewRow.tenant_id == tx.tenant_id,
                        InterviewRow.cycle_id == cycle_id,
                        InterviewRow.state == State.OPEN,
                        InterviewRow.briefed_at.is_(None),
                    )
                    .order_by(InterviewRow.id)
                    .limit(CHUNK)
                    .with_for_update()
                )
            )
            for row in rows:
                await cancel(await case_of_row(tx, row), CancelReason.CYCLE_CANCELLED, by=job.created_by)
            job.result["cancelled"] = job.result.get("cancelled", 0) + len(rows)
            job.advance(len(rows))
        if not rows:
            return
