"""Compute the open rows of everybody under a calendar again."""

from typing import TYPE_CHECKING
from uuid import UUID

from common.operations import Job
from common.transaction import Transaction
from sqlalchemy import select

from interview_record import ledger
from interview_record.casefile import case_of_row
from interview_record.domain.interview import State
from interview_record.storage.directory_tables import PersonRow
from interview_record.storage.interview_tables import InterviewRow

if TYPE_CHECKING:
    from common.database import Database

CHUNK = 50
_SETTLED = (State.CLOSED, State.CANCELLED)


async def recompute_dues(database: "Database", job: Job) -> None:
    """Go through the running cases chunk by chunk; what is done or missed stays as it is."""
    after = UUID(job.cursor["after"]) if "after" in job.cursor else None
    while True:
        async with database.job(job) as tx:
            rows = await _next(tx, job.params["calendar_code"], after)
            for row in rows:
                await ledger.recompute_calendar(await case_of_row(tx, row))
            after = rows[-1].id if rows else after
            job.advance(len(rows), cursor={"after": str(after)} if after else {})
        if len(rows) < CHUNK:
            return


async def _next(tx: Transaction, calendar_code: str, after: UUID | None) -> list[InterviewRow]:
    statement = (
        select(InterviewRow)
        .join(PersonRow, (PersonRow.tenant_id == InterviewRow.tenant_id) & (PersonRow.id == InterviewRow.employee_id))
        .where(
            InterviewRow.tenant_id == tx.tenant_id,
            InterviewRow.state.not_in(_SETTLED),
            PersonRow.calendar_code == calendar_code,
        )
        .order_by(InterviewRow.id)
        .limit(CHUNK)
        .with_for_update(of=InterviewRow)
    )
    if after is not None:
        statement = statement.where(InterviewRow.id > after)
    return list(await tx.session.scalars(statement))
