"""Marking a commitment elsewhere."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import Invalid
from common.ids import new_id

from scheduling.domain.booking import Span
from scheduling.policy import POLICY, person_case
from scheduling.storage.people import person_of
from scheduling.storage.tables import BusyTimeRow


async def create_busy_time(database: Database, call: Call, person_id: UUID, span: Span) -> UUID:
    """Mark when a person has no time, never why; return the busy time's id."""
    if span.ends_at <= span.starts_at:
        raise Invalid.field("ends_at", "BEFORE_START", en="It ends after it begins.", zh="结束时间须晚于开始时间。")
    async with database.transaction(call) as tx:
        person = await person_of(tx, person_id)
        POLICY.require(tx.identity, "busy_time.create", person_case(person), id=person_id)
        row = BusyTimeRow(
            tenant_id=tx.tenant_id, id=new_id(), person_id=person_id, starts_at=span.starts_at, ends_at=span.ends_at
        )
        tx.add(row)
        tx.audit("busy_time.created", "busy_time", row.id, person_id=person_id)
        return tx.done(row.id)
