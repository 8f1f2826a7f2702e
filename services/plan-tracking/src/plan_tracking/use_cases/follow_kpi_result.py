"""Keep the KPI results of people with a plan in force; progress is computed from them."""

from typing import Any
from uuid import UUID

from common.database import Database
from common.events import Event
from common.inbox import is_newer

from plan_tracking.storage.copy_tables import KpiResultRow


async def follow_kpi_result(database: Database, event: Event[Any], result_id: UUID, values: dict[str, Any]) -> None:
    """Apply the result if it is newer than what is known."""
    async with database.reaction(event) as tx:
        row = await tx.session.get(KpiResultRow, (tx.tenant_id, result_id), with_for_update=True)
        if row is None:
            row = KpiResultRow(tenant_id=tx.tenant_id, id=result_id, epoch=0, sequence=0)
        if not is_newer(row, event):
            return
        for name, value in values.items():
            setattr(row, name, value)
        tx.add(row)
