"""Marking everything in a box as read."""

from datetime import datetime
from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import Forbidden

from notification.storage.messages import unread_until
from notification.storage.tables import MessageRow


async def mark_all_read(database: Database, call: Call, until: datetime | None) -> UUID:
    """Mark the caller's messages up to a moment, by default now; returns the person's id."""
    person_id = call.identity.person_id
    if person_id is None:
        raise Forbidden(action="message.mark_read")
    async with database.transaction(call) as tx:
        found: list[MessageRow] = list(await unread_until(tx.session, tx.tenant_id, person_id, until or tx.now))
        for message in found:
            message.read_at = tx.now
        if found:
            tx.hint("person", person_id)
        return tx.done(person_id)
