"""What a plan does to its case: concludes it, gives it something to archive, ends it."""

from datetime import datetime
from uuid import UUID

from common.ids import stable_id
from common.transaction import Transaction

from interview_record import ledger
from interview_record.casefile import Casefile, open_case
from interview_record.domain.archive import Cause, kind_of, occurrence_of
from interview_record.domain.interview import UNFINISHED, Conclusion, State
from interview_record.ending import close_if_over
from interview_record.storage.record_tables import ArchiveItemRow

ARCHIVE = "archive"


async def note_plan(tx: Transaction, interview_id: UUID, plan_id: UUID) -> None:
    """Remember which plan the case has."""
    file = await open_case(tx, interview_id)
    file.row.plan_id = plan_id


async def conclude(
    tx: Transaction, interview_id: UUID, cause: Cause, conclusion: Conclusion, concluded_at: datetime
) -> None:
    """Conclude the case by the first decision over its plan, and give each one after it its own archive item."""
    file = await open_case(tx, interview_id)
    if file.row.state == State.CANCELLED:
        return
    first = file.row.state in UNFINISHED
    if first:
        row = file.row
        row.state, row.conclusion, row.concluded_at, row.plan_id = (
            State.CONCLUDED,
            conclusion,
            concluded_at,
            cause.plan_id,
        )
        file.record("concluded", file.events.concluded(), conclusion=conclusion)
    await add_item(file, cause, first=first)


async def add_item(file: Casefile, cause: Cause, *, first: bool = False) -> None:
    """Open the item's ledger row and let the archive take it up at once."""
    tx, occurrence = file.tx, occurrence_of(cause, first=first)
    item = ArchiveItemRow(
        tenant_id=tx.tenant_id,
        id=stable_id("archive_item", file.row.id, occurrence),
        interview_id=file.row.id,
        employee_id=file.row.employee_id,
        kind=kind_of(cause, first=first),
        occurrence=occurrence,
        plan_id=cause.plan_id,
        revision=cause.revision,
        amendment=cause.amendment,
        caused_at=cause.at,
    )
    tx.add(item)
    await ledger.open_archiving(file, item.occurrence, item.id, cause.at)
    await tx.due(ARCHIVE, item.id, tx.now)


async def end_plan(tx: Transaction, interview_id: UUID, ended_at: datetime) -> None:
    """Note the plan's end; the case closes now, or as soon as it is archived."""
    file = await open_case(tx, interview_id)
    file.row.plan_ended_at = ended_at
    await close_if_over(file)
