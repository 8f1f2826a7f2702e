"""Let a program call with scopes."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.ids import new_id
from sqlalchemy import exists, select

from directory.domain.errors import ClientAlreadyRegistered
from directory.storage.queries import POLICY
from directory.storage.tables import MachineClientRow


async def register_machine_client(
    database: Database, call: Call, issuer: str, client_id: str, label: str, scopes: list[str]
) -> UUID:
    """Register the issuer's client; it acts by its scopes alone and never signs."""
    POLICY.require(call.identity, "machine_client.register")
    async with database.transaction(call) as tx:
        known = exists().where(
            MachineClientRow.tenant_id == tx.tenant_id,
            MachineClientRow.issuer == issuer,
            MachineClientRow.client_id == client_id,
        )
        if await tx.session.scalar(select(known)):
            raise ClientAlreadyRegistered
        client = MachineClientRow(
            tenant_id=tx.tenant_id, id=new_id(), issuer=issuer, client_id=client_id, label=label, scopes=scopes
        )
        tx.add(client)
        tx.audit("machine_client.registered", "machine_client", client.id, scopes=",".join(sorted(scopes)))
        return tx.done(client.id)
