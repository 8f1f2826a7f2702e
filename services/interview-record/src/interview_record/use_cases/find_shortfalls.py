"""Look for shortfalls in a population and period."""

from collections.abc import Sequence
from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import NotYetVisible
from common.transaction import Transaction

from interview_record.domain.periods import Period
from interview_record.facts_policy import person_case, unit_case
from interview_record.policy import POLICY
from interview_record.storage.directory_tables import UnitRow
from interview_record.storage.facts_queries import newest_version, person_of

FIND_SHORTFALLS = "find_shortfalls"


async def find_shortfalls(
    database: Database,
    call: Call,
    *,
    under_unit_id: UUID | None,
    person_ids: Sequence[UUID],
    period: Period,
    playbook_id: UUID,
) -> UUID:
    """Start the operation; a manager may name their own people, HR units or the whole tenant."""
    async with database.transaction(call) as tx:
        for person_id in person_ids:
            person = await person_of(tx.session, tx.tenant_id, person_id)
            POLICY.require(call.identity, "shortfall.find", person_case(person), id=person_id)
        if not person_ids:
            path = await _path(tx, under_unit_id)
            POLICY.require(call.identity, "shortfall.find", unit_case(path), id=under_unit_id)
        await newest_version(tx.session, tx.tenant_id, playbook_id)
        params = {
            "under_unit_id": str(under_unit_id) if under_unit_id else None,
            "person_ids": [str(each) for each in person_ids],
            "period_from": period.first.isoformat(),
            "period_until": period.last.isoformat(),
            "playbook_id": str(playbook_id),
        }
        operation_id = await tx.start_operation(FIND_SHORTFALLS, params)
        tx.audit("shortfalls.looked_for", "operation", operation_id, playbook_id=playbook_id)
        return tx.done(operation_id)


async def _path(tx: Transaction, unit_id: UUID | None) -> list[UUID]:
    if unit_id is None:
        return []
    unit = await tx.session.get(UnitRow, (tx.tenant_id, unit_id))
    if unit is None:
        raise NotYetVisible(resource="unit", id=unit_id)
    return unit.path
