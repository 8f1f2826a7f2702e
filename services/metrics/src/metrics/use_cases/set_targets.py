"""Set a tenant's targets and the start of its programme."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import VersionMismatch

from metrics.domain.targets import Targets
from metrics.storage.facts import lock
from metrics.storage.scope import POLICY
from metrics.storage.tables import TargetSetRow


async def set_targets(database: Database, call: Call, targets: Targets) -> UUID:
    """Replace the targets; `targets.version` is the one that was read, 0 before they were ever set."""
    POLICY.require(call.identity, "targets.set")
    tenant_id = call.identity.tenant_id
    stored = [
        {"kind": each.kind, "percent": each.percent, "due_on": each.due_on.isoformat()} for each in targets.targets
    ]
    async with database.transaction(call) as tx:
        await lock(tx, "targets")
        row = await tx.session.get(TargetSetRow, (tenant_id, tenant_id))
        if (row.version if row else 0) != targets.version:
            raise VersionMismatch(resource="targets")
        if row is None:
            row = TargetSetRow(tenant_id=tenant_id, id=tenant_id)
            tx.add(row)
        row.programme_starts_on, row.targets = targets.programme_starts_on, stored
        tx.audit(
            "targets.set",
            "targets",
            tenant_id,
            programme_starts_on=targets.programme_starts_on,
            **{each.kind: each.percent for each in targets.targets},
        )
        return tx.done(tenant_id)
