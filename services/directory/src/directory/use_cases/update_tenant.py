"""Change the tenant's defaults."""

from uuid import UUID

from common.call import Call
from common.database import Database

from directory import events
from directory.storage.queries import POLICY
from directory.storage.tables import TenantRecordRow


async def update_tenant(database: Database, call: Call, changes: dict[str, str], expected_version: int) -> UUID:
    """Set the given defaults; people keep what they have."""
    POLICY.require(call.identity, "tenant.update")
    tenant_id = call.identity.tenant_id
    async with database.transaction(call) as tx:
        tenant = await tx.get(TenantRecordRow, tenant_id, expected_version=expected_version)
        for field, value in changes.items():
            setattr(tenant, field, value)
        tx.publish(tenant_id, events.tenant_created(tenant, tenant.created_at))
        tx.audit("tenant.updated", "tenant", tenant_id, fields=",".join(sorted(changes)))
        return tx.done(tenant_id)
