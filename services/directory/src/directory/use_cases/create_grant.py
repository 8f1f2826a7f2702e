"""Give a person a role over a unit and all under it."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import Invalid
from common.ids import new_id
from sqlalchemy import exists, select

from directory import events
from directory.domain.errors import GrantExists, OwnGrant, PersonInactive
from directory.domain.standing import require_fresh_standing
from directory.storage.queries import POLICY
from directory.storage.tables import GrantRow, PersonRow, UnitRow


async def create_grant(database: Database, call: Call, person_id: UUID, role: str, unit_id: UUID | None) -> UUID:
    """Grant the role; an HRBP needs a unit."""
    POLICY.require(call.identity, "grant.create")
    if role == "hrbp" and unit_id is None:
        raise Invalid.field("unit_id", "UNIT_REQUIRED", en="An HR partner needs a unit.", zh="HRBP 角色需要指定部门。")
    if call.identity.person_id == person_id:
        raise OwnGrant
    require_fresh_standing(call.identity, database.clock.system())
    async with database.transaction(call) as tx:
        person = await tx.get(PersonRow, person_id, lock=False)
        if not person.active:
            raise PersonInactive
        if unit_id is not None:
            await tx.get(UnitRow, unit_id, lock=False)
        held = exists().where(
            GrantRow.tenant_id == tx.tenant_id,
            GrantRow.person_id == person_id,
            GrantRow.role == role,
            GrantRow.unit_id.is_not_distinct_from(unit_id),
            GrantRow.revoked_at.is_(None),
        )
        if await tx.session.scalar(select(held)):
            raise GrantExists
        grant = GrantRow(
            tenant_id=tx.tenant_id,
            id=new_id(),
            person_id=person_id,
            role=role,
            unit_id=unit_id,
            granted_by=tx.identity.subject,
            granted_at=tx.now,
        )
        tx.add(grant)
        tx.publish(grant.id, events.grant_changed(grant))
        tx.hint("standing", person_id)
        tx.audit("grant.created", "grant", grant.id, person_id=person_id, role=role, unit_id=unit_id)
        return tx.done(grant.id)
