"""Which results interest a plan in force."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from interview_record.storage.directory_tables import PlanMetricsRow


async def followed(session: AsyncSession, tenant_id: UUID, person_ids: Collection[UUID]) -> set[tuple[UUID, str]]:
    """Return the pairs of person and metric that plans in force work on, among the people given."""
    rows = await session.execute(
        select(PlanMetricsRow.person_id, PlanMetricsRow.metric_codes).where(
            PlanMetricsRow.tenant_id == tenant_id, PlanMetricsRow.person_id.in_(person_ids)
        )
    )
    return {(person_id, code) for person_id, codes in rows for code in codes}
