"""Trying a mail again that failed, or whose fate is unknown."""

from uuid import UUID

from common.call import Call
from common.database import Database

from notification.domain.delivery import DeliveryState, require_retryable
from notification.storage.messages import POLICY
from notification.storage.tables import DeliveryRow
from notification.telling import SEND


async def retry_delivery(database: Database, call: Call, delivery_id: UUID, expected_version: int) -> UUID:
    """Make the delivery due now, with all its tries before it."""
    POLICY.require(call.identity, "delivery.retry")
    async with database.transaction(call) as tx:
        delivery = await tx.get(DeliveryRow, delivery_id, expected_version=expected_version)
        require_retryable(delivery.state)
        delivery.state, delivery.due_at = DeliveryState.PENDING, tx.now
        delivery.failures = delivery.unanswered = 0
        await tx.due(SEND, delivery.id, tx.now)
        tx.audit("delivery.retried", "delivery", delivery.id, template=delivery.template)
        return tx.done(delivery.id)
