"""Create or change a metric."""

from dataclasses import dataclass
from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import VersionMismatch
from common.ids import new_id
from common.transaction import Transaction
from sqlalchemy import exists, select

from interview_record.domain.kpi import Direction, MetricInUse
from interview_record.policy import POLICY
from interview_record.storage.facts_tables import KpiResultRow, MetricRow


@dataclass(frozen=True)
class MetricFacts:
    """What a metric is."""

    code: str
    name_zh: str
    name_en: str
    measure_unit: str
    direction: Direction
    job_families: tuple[str, ...]


async def put_metric(database: Database, call: Call, facts: MetricFacts, expected_version: int) -> UUID:
    """Write the metric under its code; version 0 says that there is none yet.

    Raises VersionMismatch, or MetricInUse where results would change their meaning.
    """
    POLICY.require(call.identity, "metric.write")
    async with database.transaction(call) as tx:
        row = await tx.session.scalar(
            select(MetricRow).where(MetricRow.tenant_id == tx.tenant_id, MetricRow.code == facts.code).with_for_update()
        )
        if (row.version if row else 0) != expected_version:
            raise VersionMismatch(resource="metric")
        if row is None:
            row = MetricRow(tenant_id=tx.tenant_id, id=new_id(), code=facts.code)
            tx.add(row)
        elif _turns(row, facts) and await _in_use(tx, facts.code):
            raise MetricInUse(code=facts.code)
        row.name_zh, row.name_en = facts.name_zh or facts.name_en, facts.name_en or facts.name_zh
        row.measure_unit, row.direction = facts.measure_unit, facts.direction
        row.job_families = list(facts.job_families)
        tx.audit("metric.put", "metric", row.id, direction=facts.direction)
        return tx.done(row.id)


def _turns(row: MetricRow, facts: MetricFacts) -> bool:
    return (row.direction, row.measure_unit) != (facts.direction, facts.measure_unit)


async def _in_use(tx: Transaction, code: str) -> bool:
    results = exists().where(KpiResultRow.tenant_id == tx.tenant_id, KpiResultRow.metric_code == code)
    return bool(await tx.session.scalar(select(results)))
