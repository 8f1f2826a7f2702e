"""End a machine client."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import IllegalTransition

from directory.storage.queries import POLICY
from directory.storage.tables import MachineClientRow


async def revoke_machine_client(database: Database, call: Call, client_id: UUID, expected_version: int) -> UUID:
    """End the client; its tokens are refused as soon as the gateway asks again."""
    POLICY.require(call.identity, "machine_client.revoke")
    async with database.transaction(call) as tx:
        client = await tx.get(MachineClientRow, client_id, expected_version=expected_version)
        if client.revoked_at is not None:
            raise IllegalTransition(resource="machine_client", state="revoked", action="revoke")
        client.revoked_at = tx.now
        tx.audit("machine_client.revoked", "machine_client", client_id)
        return tx.done(client_id)
