"""A tenant is there: it gets the built-in playbooks."""

from typing import TYPE_CHECKING

from common.events import Event
from tandem.directory.v1 import events_pb2 as pb

from interview_record.playbook_seed import seed_playbooks

if TYPE_CHECKING:
    from common.database import Database


async def on_tenant_created(database: "Database", event: Event[pb.TenantCreated] | Event[pb.TenantSnapshot]) -> None:
    """Write and publish `standard` and `light`, unless the tenant has them."""
    async with database.reaction(event) as tx:
        await seed_playbooks(tx)
