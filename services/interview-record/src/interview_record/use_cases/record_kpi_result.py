"""Type a KPI result in."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import NotFound

from interview_record.domain.kpi import KpiLine, ResultExists
from interview_record.facts_policy import person_case
from interview_record.policy import POLICY
from interview_record.recording import metrics_of, record_results
from interview_record.storage.facts_queries import person_of
from interview_record.storage.periods import current_results


async def record_kpi_result(database: Database, call: Call, line: KpiLine) -> UUID:
    """Put the result on record; raise NotFound for an unknown metric, ResultExists where there is one already."""
    async with database.transaction(call) as tx:
        person = await person_of(tx.session, tx.tenant_id, line.person_id)
        POLICY.require(call.identity, "kpi.record", person_case(person), id=line.person_id)
        if not await metrics_of(tx, {line.metric_code}):
            raise NotFound(resource="metric", id=line.metric_code)
        for known in (await current_results(tx.session, tx.tenant_id, [line])).values():
            raise ResultExists(kpi_result_id=known.id)
        _, added = await record_results(tx, [line])
        tx.audit("kpi_result.recorded", "kpi_result", added[0].id, person_id=line.person_id)
        return tx.done(added[0].id)
