"""Removing a business peak."""

from uuid import UUID

from common.call import Call
from common.database import Database

from scheduling.policy import POLICY, unit_case
from scheduling.storage.people import unit_of
from scheduling.storage.tables import PeakRow


async def delete_peak(database: Database, call: Call, peak_id: UUID, expected_version: int) -> UUID:
    """Remove the peak; what was booked stays."""
    async with database.transaction(call) as tx:
        row = await tx.get(PeakRow, peak_id, expected_version=expected_version, resource="peak")
        unit = await unit_of(tx, row.unit_id)
        POLICY.require(tx.identity, "peak.delete", unit_case(unit.path), id=peak_id)
        await tx.session.delete(row)
        tx.audit("peak.deleted", "peak", peak_id, unit_id=row.unit_id)
        return tx.done(peak_id)
