"""Take a role back."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import IllegalTransition
from sqlalchemy import select

from directory import events
from directory.domain.errors import LastAdmin
from directory.domain.standing import require_fresh_standing
from directory.storage.queries import POLICY
from directory.storage.tables import GrantRow


async def revoke_grant(database: Database, call: Call, grant_id: UUID, expected_version: int) -> UUID:
    """End the grant now; the tenant keeps at least one administrator."""
    POLICY.require(call.identity, "grant.revoke")
    require_fresh_standing(call.identity, database.clock.system())
    async with database.transaction(call) as tx:
        grant = await tx.get(GrantRow, grant_id, expected_version=expected_version, resource="grant")
        if grant.revoked_at is not None:
            raise IllegalTransition(resource="grant", state="revoked", action="revoke")
        if grant.role == "hr_admin":
            # Locked together, so that two administrators cannot revoke each other at once.
            admins = await tx.session.scalars(
                select(GrantRow.id)
                .where(GrantRow.tenant_id == tx.tenant_id, GrantRow.role == "hr_admin", GrantRow.revoked_at.is_(None))
                .order_by(GrantRow.id)
                .with_for_update()
            )
            if len(admins.all()) == 1:
                raise LastAdmin
        grant.revoked_at, grant.revoked_by = tx.now, tx.identity.subject
        tx.publish(grant_id, events.grant_changed(grant))
        tx.hint("standing", grant.person_id)
        tx.audit("grant.revoked", "grant", grant_id, person_id=grant.person_id, role=grant.role)
        return tx.done(grant_id)
