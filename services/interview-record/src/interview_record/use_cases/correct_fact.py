"""Replace an incident or a highlight by another."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from common.call import Call
from common.database import Database

from interview_record.domain.kpi import FactKind, FactLine, Superseded
from interview_record.facts_policy import person_case
from interview_record.policy import POLICY
from interview_record.recording import fact_row
from interview_record.storage.facts_queries import person_of
from interview_record.storage.facts_tables import FactRow


async def correct_fact(
    database: Database,
    call: Call,
    fact_id: UUID,
    *,
    happened_on: date,
    text: str,
    evidence: str,
    evidence_blob_ids: Sequence[UUID],
    expected_version: int,
) -> UUID:
    """Record the new fact and return its id; raise Superseded for one that is not current."""
    async with database.transaction(call) as tx:
        found = await tx.get(FactRow, fact_id, lock=False)
        person = await person_of(tx.session, tx.tenant_id, found.person_id)
        POLICY.require(call.identity, "fact.record", person_case(person), id=fact_id)
        known = await tx.get(FactRow, fact_id, expected_version=expected_version)
        if known.superseded_at is not None:
            raise Superseded(resource="fact")
        line = FactLine(
            known.person_id,
            FactKind(known.kind),
            happened_on,
            text,
            evidence,
            known.reference,
            tuple(evidence_blob_ids),
        )
        row = await fact_row(tx, line, interview_id=known.interview_id, known=known)
        tx.add(row)
        tx.audit("fact.corrected", "fact", fact_id, superseded_by=row.id)
        return tx.done(row.id)
