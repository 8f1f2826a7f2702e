"""Reading messages, deliveries and preferences."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from common.database import Reader
from common.errors import NotFound
from common.pagination import Page
from common.policy import Columns, Policy
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from notification.domain.preferences import Preferences
from notification.domain.quiet_hours import QuietHours
from notification.storage.tables import DeliveryRow, MessageRow, PreferenceRow

POLICY = Policy.load("notification")
MESSAGE_COLUMNS = Columns(recipient_id=MessageRow.recipient_id)
DELIVERY_COLUMNS = Columns(recipient_id=DeliveryRow.recipient_id)


async def preferences_of(session: AsyncSession, tenant_id: UUID, person_id: UUID) -> Preferences:
    """Return how the person wants to be told."""
    return wish_of(await session.get(PreferenceRow, (tenant_id, person_id)))


def wish_of(row: PreferenceRow | None) -> Preferences:
    """Return what the row says, or the defaults where there is none."""
    if row is None:
        return Preferences()
    quiet = QuietHours(row.quiet_from_minute, row.quiet_until_minute)
    return Preferences(row.mail, frozenset(row.mail_muted_templates), quiet)


async def preference_row(reader: Reader, person_id: UUID) -> PreferenceRow | None:
    """Return what the person chose, or None while they chose nothing."""
    return await reader.session.get(PreferenceRow, (reader.tenant_id, person_id))


async def find_message(reader: Reader, message_id: UUID) -> MessageRow:
    """Return a message of the caller's own; raise NotFound for any other."""
    found = await reader.session.scalar(select(MessageRow).where(*_own(reader), MessageRow.id == message_id))
    if found is None:
        raise NotFound(resource="message", id=message_id)
    return found


async def list_messages(reader: Reader, page: Page, *, unread_only: bool) -> tuple[Sequence[MessageRow], str]:
    """Return a page of the caller's box, newest first."""
    where = _own(reader)
    if unread_only:
        where.append(MessageRow.read_at.is_(None))
    statement = page.apply(select(MessageRow).where(*where), MessageRow.sent_at, MessageRow.id, descending=True)
    rows = (await reader.session.scalars(statement)).all()
    return page.close(rows, lambda row: (row.sent_at, row.id))


async def count_unread(reader: Reader) -> int:
    """Return how many messages of the caller are unread."""
    statement = select(func.count()).select_from(MessageRow).where(*_own(reader), MessageRow.read_at.is_(None))
    return await reader.session.scalar(statement) or 0


async def unread_until(
    session: AsyncSession, tenant_id: UUID, person_id: UUID, until: datetime
) -> Sequence[MessageRow]:
    """Return the person's unread messages up to a moment, locked."""
    statement = select(MessageRow).where(
        MessageRow.tenant_id == tenant_id,
        MessageRow.recipient_id == person_id,
        MessageRow.read_at.is_(None),
        MessageRow.sent_at <= until,
    )
    return (await session.scalars(statement.order_by(MessageRow.id).with_for_update())).all()


async def find_delivery(reader: Reader, delivery_id: UUID) -> DeliveryRow:
    """Return a delivery that the caller may see; raise NotFound."""
    found = await reader.session.scalar(
        select(DeliveryRow).where(
            DeliveryRow.tenant_id == reader.tenant_id,
            DeliveryRow.id == delivery_id,
            POLICY.predicate(reader.identity, "delivery.read", DELIVERY_COLUMNS),
        )
    )
    if found is None:
        raise NotFound(resource="delivery", id=delivery_id)
    return found


async def list_deliveries(
    reader: Reader,
    page: Page,
    *,
    recipient_id: UUID | None,
    state: str,
    channel: str,
    template: str,
    resource_id: UUID | None,
) -> tuple[Sequence[DeliveryRow], str]:
    """Return a page of deliveries, newest first."""
    where: list[ColumnElement[bool]] = [
        DeliveryRow.tenant_id == reader.tenant_id,
        POLICY.predicate(reader.identity, "delivery.read", DELIVERY_COLUMNS),
    ]
    if recipient_id:
        where.append(DeliveryRow.recipient_id == recipient_id)
    if state:
        where.append(DeliveryRow.state == state)
    if channel:
        where.append(DeliveryRow.channel == channel)
    if template:
        where.append(DeliveryRow.template == template)
    if resource_id:
        where.append(DeliveryRow.resource_id == resource_id)
    statement = page.apply(select(DeliveryRow).where(*where), DeliveryRow.id, descending=True)
    rows = (await reader.session.scalars(statement)).all()
    return page.close(rows, lambda row: (row.id,))


def _own(reader: Reader) -> list[ColumnElement[bool]]:
    return [
        MessageRow.tenant_id == reader.tenant_id,
        POLICY.predicate(reader.identity, "message.read", MESSAGE_COLUMNS),
    ]
