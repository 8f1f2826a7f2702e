"""Dispute a fact of the data sheet."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import NotFound
from common.ids import new_id
from sqlalchemy import select

from interview_record.casefile import Casefile, open_case
from interview_record.data_sheet import data_sheet
from interview_record.domain.disputes import AlreadyDisputed, DisputeState, NotBriefed
from interview_record.policy import POLICY
from interview_record.storage.interview_tables import DisputeRow


async def open_dispute(
    database: Database, call: Call, interview_id: UUID, fact_kind: str, fact_id: UUID, text: str
) -> UUID:
    """Open the dispute; it shows on the sheet and blocks signing until the HRBP decides."""
    async with database.transaction(call) as tx:
        file = await open_case(tx, interview_id)
        POLICY.require(call.identity, "interview.open_dispute", file.case, id=interview_id)
        file.check("open_dispute")
        if file.row.briefed_at is None:
            raise NotBriefed
        if not (await data_sheet(tx, file.row, file.rules)).holds(fact_kind, fact_id):
            raise NotFound(resource="fact", id=fact_id)
        await _refuse_second(file, fact_id)
        decide_by = (await file.work_time()).after(tx.now, file.rules.preparation.dispute_days)
        row = DisputeRow(
            tenant_id=tx.tenant_id,
            id=new_id(),
            interview_id=interview_id,
            fact_kind=fact_kind,
            fact_id=fact_id,
            state=DisputeState.OPEN,
            opened_by=call.identity.subject,
            opened_at=tx.now,
            decide_by=decide_by,
        )
        row.text = await tx.seal("dispute", "text", row.id, file.row.employee_id, text)
        tx.add(row)
        file.row.open_dispute_ids = [*file.row.open_dispute_ids, str(row.id)]
        event = file.events.dispute_opened(row.id, fact_kind, fact_id, tx.now, decide_by)
        file.record("dispute_opened", event, dispute_id=row.id, fact_kind=fact_kind, fact_id=fact_id)
        return tx.done(row.id)


async def _refuse_second(file: Casefile, fact_id: UUID) -> None:
    standing = await file.tx.session.scalar(
        select(DisputeRow.id).where(
            DisputeRow.tenant_id == file.tx.tenant_id,
            DisputeRow.interview_id == file.row.id,
            DisputeRow.fact_id == fact_id,
            DisputeRow.state == DisputeState.OPEN,
        )
    )
    if standing is not None:
        raise AlreadyDisputed(dispute_id=standing)
