"""Type an incident or a highlight in."""

from uuid import UUID

from common.call import Call
from common.database import Database

from interview_record.domain.kpi import FactLine
from interview_record.facts_policy import person_case
from interview_record.policy import POLICY
from interview_record.recording import fact_row
from interview_record.storage.facts_queries import person_of


async def record_fact(database: Database, call: Call, line: FactLine) -> UUID:
    """Put the fact on record, its texts sealed with the person's key."""
    async with database.transaction(call) as tx:
        person = await person_of(tx.session, tx.tenant_id, line.person_id)
        POLICY.require(call.identity, "fact.record", person_case(person), id=line.person_id)
        row = await fact_row(tx, line)
        tx.add(row)
        tx.audit("fact.recorded", "fact", row.id, person_id=line.person_id, kind=line.kind)
        return tx.done(row.id)
