"""Replace a KPI result by another."""

from decimal import Decimal
from uuid import UUID

from common.call import Call
from common.database import Database

from interview_record.facts_policy import person_case
from interview_record.policy import POLICY
from interview_record.storage.facts_queries import person_of
from interview_record.storage.facts_tables import KpiResultRow
from interview_record.superseding import correct_result


async def correct_kpi_result(
    database: Database,
    call: Call,
    kpi_result_id: UUID,
    *,
    target: Decimal | None,
    actual: Decimal,
    weight: Decimal,
    expected_version: int,
) -> UUID:
    """Record the new result and return its id; the same values change nothing. Raises Superseded."""
    async with database.transaction(call) as tx:
        found = await tx.get(KpiResultRow, kpi_result_id, lock=False)
        person = await person_of(tx.session, tx.tenant_id, found.person_id)
        POLICY.require(call.identity, "kpi.record", person_case(person), id=kpi_result_id)
        row = await tx.get(KpiResultRow, kpi_result_id, expected_version=expected_version)
        new = await correct_result(tx, row, target=target, actual=actual, weight=weight)
        tx.audit("kpi_result.corrected", "kpi_result", kpi_result_id, superseded_by=new.id)
        return tx.done(new.id)
