"""A tenant exists, or says its present state again."""

from common.database import Database
from common.events import Event
from tandem.directory.v1.events_pb2 import TenantCreated, TenantSnapshot

from scheduling.publishing import ensure_calendar
from scheduling.storage.copies import project
from scheduling.storage.copy_tables import TenantCopyRow


async def on_tenant_created(database: Database, event: Event[TenantCreated] | Event[TenantSnapshot]) -> None:
    """Keep the tenant's defaults and make sure of its default calendar."""
    tenant = event.message.tenant
    values = {
        "default_locale": tenant.default_locale,
        "default_time_zone": tenant.default_time_zone,
        "default_calendar_code": tenant.default_calendar_code,
    }
    async with database.reaction(event) as tx:
        if await project(tx, event, TenantCopyRow, values) is not None:
            await ensure_calendar(tx, tenant.default_calendar_code)
