"""Telling a person: the message in their box at once, and its mail as a row that falls due."""

from datetime import UTC, datetime
from uuid import UUID

from common.content import ContentError
from common.ids import new_id
from common.transaction import Transaction
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from notification import events
from notification.content.messages import FRAME_PLACEHOLDERS, MessageTemplate, message_templates
from notification.domain.dedupe import dedupe_key
from notification.domain.delivery import Channel, DeliveryState, Suppressed
from notification.domain.notice import Notice
from notification.domain.preferences import Preferences
from notification.domain.quiet_hours import sending_time
from notification.storage.copies import arrived
from notification.storage.copy_tables import PersonRow
from notification.storage.messages import preferences_of
from notification.storage.tables import DeliveryRow, MessageRow

SEND = "send"
# Shown in calendars until it is taken back, so it waits for nobody's morning.
_URGENT = frozenset({"booking_moved", "booking_cancelled"})
# The mail names the place, asked for when it goes out.
_LATER = FRAME_PLACEHOLDERS | {"place"}


async def tell(tx: Transaction, notice: Notice) -> UUID | None:
    """Tell the recipient, once per dedupe key; returns the message's id, or None where they were told before.

    Raises NotYetVisible until the recipient has arrived, ContentError for placeholders without a value.
    """
    if notice.recipient_id is None:
        return None
    template = message_templates()[notice.template]
    _require_values(template, notice)
    person = await arrived(tx, PersonRow, notice.recipient_id)
    message_id = await _insert(tx, notice, template)
    if message_id is None:
        return None
    boxed = _delivery(tx, notice, message_id, Channel.MESSAGE_BOX, DeliveryState.SENT)
    boxed.sent_at = tx.now
    tx.add(boxed)
    tx.publish(message_id, events.message_sent(boxed, tx.now))
    tx.hint("person", notice.recipient_id)
    await _mail(tx, notice, template, message_id, person)
    return message_id


async def close_actions(tx: Transaction, step_id: UUID) -> None:
    """Note that nothing is expected any more from the messages about a step."""
    await tx.session.execute(
        update(MessageRow)
        .where(MessageRow.tenant_id == tx.tenant_id, MessageRow.step_id == step_id, MessageRow.needs_action)
        .values(needs_action=False, version=MessageRow.version + 1)
    )


async def _insert(tx: Transaction, notice: Notice, template: MessageTemplate) -> UUID | None:
    assert notice.recipient_id is not None
    statement = insert(MessageRow).values(
        tenant_id=tx.tenant_id,
        id=new_id(),
        version=1,
        recipient_id=notice.recipient_id,
        template=notice.template,
        dedupe_key=dedupe_key(tx.tenant_id, notice.recipient_id, notice.template, notice.resource_id, notice.slot),
        resource_type=notice.resource_type,
        resource_id=notice.resource_id,
        interview_id=notice.interview_id,
        step_id=notice.step_id,
        needs_action=template.needs_action,
        facts=notice.values.as_json(),
        guard=notice.guard.as_json(),
        calendar=notice.calendar.as_json() if notice.calendar else None,
        sent_at=tx.now,
    )
    return await tx.session.scalar(
        statement.on_conflict_do_nothing(index_elements=["tenant_id", "dedupe_key"]).returning(MessageRow.id)
    )


async def _mail(
    tx: Transaction, notice: Notice, template: MessageTemplate, message_id: UUID, person: PersonRow
) -> None:
    wish = await preferences_of(tx.session, tx.tenant_id, person.id)
    delivery = _delivery(tx, notice, message_id, Channel.MAIL, DeliveryState.PENDING)
    tx.add(delivery)
    if not wish.wants_mail(notice.template, mandatory=template.mandatory):
        delivery.state, delivery.suppressed_reason = DeliveryState.SUPPRESSED, Suppressed.MUTED
        return
    delivery.due_at = mail_due_at(tx.now, person, wish, notice.template, notice.deadline)
    await tx.due(SEND, delivery.id, delivery.due_at)


def mail_due_at(
    ready_at: datetime, person: PersonRow, wish: Preferences, template: str, deadline: datetime | None
) -> datetime:
    """Return when the person's mail goes out."""
    at = sending_time(ready_at, person.time_zone, wish.quiet, deadline=deadline, urgent=template in _URGENT)
    return at.astimezone(UTC)


def _delivery(tx: Transaction, notice: Notice, message_id: UUID, channel: Channel, state: DeliveryState) -> DeliveryRow:
    assert notice.recipient_id is not None
    return DeliveryRow(
        tenant_id=tx.tenant_id,
        id=new_id(),
        message_id=message_id,
        recipient_id=notice.recipient_id,
        channel=channel,
        template=notice.template,
        state=state,
        suppressed_reason="",
        resource_type=notice.resource_type,
        resource_id=notice.resource_id,
        due_at=tx.now,
        attempts=[],
    )


def _require_values(template: MessageTemplate, notice: Notice) -> None:
    missing = template.placeholders - _LATER - notice.values.names()
    if missing:
        raise ContentError(f"{notice.template}: no value for {', '.join(sorted(missing))}")
