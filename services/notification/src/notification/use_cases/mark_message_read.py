"""Marking a message as read."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.policy import Case

from notification.storage.messages import POLICY
from notification.storage.tables import MessageRow


async def mark_message_read(database: Database, call: Call, message_id: UUID) -> UUID:
    """Mark the caller's message; raise NotFound for anyone else's."""
    async with database.transaction(call) as tx:
        message = await tx.get(MessageRow, message_id)
        case = Case(recipient_id=message.recipient_id)
        POLICY.require(call.identity, "message.mark_read", case, id=message_id)
        if message.read_at is None:
            message.read_at = tx.now
            tx.hint("person", message.recipient_id)
        return tx.done(message_id)
