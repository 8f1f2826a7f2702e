"""Cite a fact of the data sheet in the session."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import NotFound
from sqlalchemy.dialects.postgresql import insert

from interview_record.data_sheet import data_sheet
from interview_record.minutes import open_minutes
from interview_record.storage.interview_tables import CitedFactRow


async def cite_fact(
    database: Database, call: Call, interview_id: UUID, fact_kind: str, fact_id: UUID, expected_version: int
) -> UUID:
    """Note that the talk spoke of the fact; again in another segment changes nothing."""
    async with database.transaction(call) as tx:
        minutes = await open_minutes(tx, call, interview_id, expected_version, until_end=False)
        file = minutes.file
        if not (await data_sheet(tx, file.row, file.rules)).holds(fact_kind, fact_id):
            raise NotFound(resource="fact", id=fact_id)
        values = {
            "tenant_id": tx.tenant_id,
            "interview_id": interview_id,
            "fact_id": fact_id,
            "fact_kind": fact_kind,
            "segment": minutes.current,
            "cited_at": tx.now,
        }
        await tx.session.execute(insert(CitedFactRow).values(values).on_conflict_do_nothing())
        minutes.touch()
        file.record("fact_cited", fact_kind=fact_kind, fact_id=fact_id)
        return tx.done(interview_id)
