"""Marking a business peak."""

from datetime import date
from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import Invalid
from common.ids import new_id

from scheduling.policy import POLICY, unit_case
from scheduling.storage.people import unit_of
from scheduling.storage.tables import PeakRow


async def create_peak(database: Database, call: Call, unit_id: UUID, from_on: date, until_on: date, label: str) -> UUID:
    """Mark days in which the unit and all under it have no time for interviews; return the peak's id."""
    if until_on < from_on:
        raise Invalid.field(
            "until_on", "BEFORE_FROM", en="A peak ends after it begins.", zh="结束日期不能早于开始日期。"
        )
    async with database.transaction(call) as tx:
        unit = await unit_of(tx, unit_id)
        POLICY.require(tx.identity, "peak.create", unit_case(unit.path), id=unit_id)
        row = PeakRow(
            tenant_id=tx.tenant_id,
            id=new_id(),
            unit_id=unit_id,
            from_on=from_on,
            until_on=until_on,
            label=label,
            created_by=tx.identity.person_id,
        )
        tx.add(row)
        tx.audit("peak.created", "peak", row.id, unit_id=unit_id, from_on=from_on, until_on=until_on)
        return tx.done(row.id)
