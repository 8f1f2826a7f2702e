"""The three commits around a mail that goes out: look, lease, settle; the sending lies between them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.call import Call
from common.database import Database
from common.due import Due
from common.errors import NotYetVisible
from common.identity import Identity
from common.transaction import Transaction

from notification import events
from notification.domain.delivery import (
    LEASE,
    DeliveryState,
    Outcome,
    Suppressed,
    may_be_sent,
    sequel,
)
from notification.storage.freshness import why_not
from notification.storage.tables import DeliveryRow, MessageRow


@dataclass(frozen=True)
class Outgoing:
    """A mail to send: its message, and the business time at which it goes out."""

    message: MessageRow
    now: datetime


async def look(database: Database, due: Due) -> Outgoing | None:
    """Return what is to be sent; None if there is nothing, which is then settled."""
    identity = Identity.of_service(database.service, due.tenant_id)
    async with database.read(identity) as reader:
        delivery = await reader.session.get(DeliveryRow, (due.tenant_id, due.object_id))
        message_id = delivery.message_id if delivery else None
        message = await reader.session.get(MessageRow, (due.tenant_id, message_id)) if message_id else None
    if delivery is None or message is None:
        await suppress(database, due, Suppressed.STALE)
        return None
    if delivery.state == DeliveryState.LEASED:
        await _give_up_lease(database, due)
        return None
    if not may_be_sent(delivery.state):
        async with database.deadline(due):
            return None
    return Outgoing(message, database.clock.now(due.tenant_id))


async def suppress(database: Database, due: Due, reason: Suppressed) -> None:
    """Send nothing, and say why."""
    async with database.deadline(due) as tx:
        delivery = await _locked(tx, due)
        if delivery is not None and may_be_sent(delivery.state):
            delivery.state, delivery.suppressed_reason = DeliveryState.SUPPRESSED, reason


async def lease(database: Database, due: Due) -> int | None:
    """Take the delivery and look once more at what it says; None if it must not go out, which is then settled."""
    identity = Identity.of_service(database.service, due.tenant_id)
    async with database.transaction(Call(identity)) as tx:
        delivery = await tx.get(DeliveryRow, due.object_id)
        message = await tx.get(MessageRow, delivery.message_id, lock=False)
        reason = await why_not(tx.session, message, tx.now)
        if reason is None and may_be_sent(delivery.state):
            delivery.state, delivery.fence = DeliveryState.LEASED, delivery.fence + 1
            delivery.leased_until = database.clock.system() + LEASE
            return delivery.fence
    if reason is not None:
        await suppress(database, due, reason)
    return None


async def settle(database: Database, due: Due, fence: int, outcome: Outcome, code: str) -> None:
    """Note how the try ended, and when there will be another; a lease that was lost meanwhile settles nothing."""
    async with database.deadline(due) as tx:
        delivery = await _locked(tx, due)
        if delivery is None or delivery.state != DeliveryState.LEASED or delivery.fence != fence:
            return
        await _note(tx, delivery, due, outcome, code)


async def _give_up_lease(database: Database, due: Due) -> None:
    """A sender that ended in mid-sending leaves a mail that may have arrived."""
    async with database.deadline(due) as tx:
        delivery = await _locked(tx, due)
        if delivery is None or delivery.state != DeliveryState.LEASED:
            return
        if delivery.leased_until and delivery.leased_until > database.clock.system():
            raise NotYetVisible(resource="delivery", id=delivery.id)
        await _note(tx, delivery, due, Outcome.UNANSWERED, "LEASE_EXPIRED")


async def _note(tx: Transaction, delivery: DeliveryRow, due: Due, outcome: Outcome, code: str) -> None:
    following = sequel(outcome, failures=delivery.failures, unanswered=delivery.unanswered)
    delivery.state, delivery.leased_until = following.state, None
    delivery.attempts = [*delivery.attempts, {"at": tx.now.isoformat(), "outcome": f"{outcome}:{code}"}]
    if outcome is Outcome.UNANSWERED:
        delivery.unanswered += 1
    elif outcome is not Outcome.TAKEN:
        delivery.failures += 1
    if following.state is DeliveryState.SENT:
        delivery.sent_at = tx.now
        tx.publish(delivery.message_id, events.message_sent(delivery, tx.now))
    if following.wait is not None:
        delivery.due_at = tx.now + following.wait
        await tx.due(due.kind, due.object_id, delivery.due_at)


async def _locked(tx: Transaction, due: Due) -> DeliveryRow | None:
    key: tuple[UUID, UUID] = (due.tenant_id, due.object_id)
    return await tx.session.get(DeliveryRow, key, with_for_update=True)
