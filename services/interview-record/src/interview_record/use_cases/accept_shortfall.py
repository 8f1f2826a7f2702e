"""Accept a found shortfall and say its type."""

from uuid import UUID

from common.call import Call
from common.database import Database

from interview_record.domain.decisions import ShortfallState, check_decision
from interview_record.facts_policy import person_case
from interview_record.policy import POLICY
from interview_record.storage.facts_queries import person_of
from interview_record.storage.facts_tables import ShortfallRow


async def accept_shortfall(
    database: Database, call: Call, shortfall_id: UUID, *, shortfall_type: str, expected_version: int
) -> UUID:
    """Accept it, by manager or HRBP; raise IllegalTransition for one that is gone or accepted already."""
    async with database.transaction(call) as tx:
        found = await tx.get(ShortfallRow, shortfall_id, lock=False)
        person = await person_of(tx.session, tx.tenant_id, found.person_id)
        POLICY.require(call.identity, "shortfall.decide", person_case(person), id=shortfall_id)
        row = await tx.get(ShortfallRow, shortfall_id, expected_version=expected_version)
        check_decision(row.state, "accept")
        row.state, row.shortfall_type, row.dismissal_reason = ShortfallState.ACCEPTED, shortfall_type, None
        row.decided_by, row.decided_at = call.identity.subject, tx.now
        tx.audit("shortfall.accepted", "shortfall", shortfall_id, person_id=row.person_id)
        return tx.done(shortfall_id)
