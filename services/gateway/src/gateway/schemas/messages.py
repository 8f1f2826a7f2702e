"""The message box, how one wants to be told, and the delivery log."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from tandem.common.v1.localized_pb2 import LocalizedText
from tandem.notification.v1 import delivery_pb2, message_pb2, message_template_pb2, preferences_pb2

from gateway.names import Names, PersonRef
from gateway.schemas.fields import moment, optional_id, optional_text, word
from gateway.schemas.model import Input, Output, PageQuery, Versioned

_PERSON = re.compile(r"\{\{person:([0-9a-f-]{36})\}\}")
Minute = Annotated[int, Field(ge=0, le=1439)]


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    LEASED = "leased"
    SENT = "sent"
    AMBIGUOUS = "ambiguous"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


class Channel(StrEnum):
    """Where a message appears."""

    MESSAGE_BOX = "message_box"
    MAIL = "mail"


class MessageOut(Output):
    """A message in your box, in your language."""

    id: UUID
    template: str
    title: str
    body: str
    resource_type: Annotated[str, Field(description="What it is about, with `resource_id`.")]
    resource_id: UUID
    interview_id: UUID | None
    needs_action: Annotated[bool, Field(description="You are expected to act.")]
    sent_at: datetime | None
    read_at: datetime | None

    @classmethod
    def of(cls, message: message_pb2.Message, names: Names) -> "MessageOut":
        """Return the message with the names of the people whom it speaks of."""
        return cls(
            id=UUID(message.id),
            template=message.template,
            title=message.title,
            body=_PERSON.sub(lambda mark: names.ref(mark[1]).name or "—", message.body),
            resource_type=message.resource_type,
            resource_id=UUID(message.resource_id),
            interview_id=optional_id(message.interview_id),
            needs_action=message.needs_action,
            sent_at=moment(message.sent_at),
            read_at=moment(message.read_at),
        )


class MessagesQuery(PageQuery):
    """Filters of the message box."""

    unread_only: bool = False


class MarkAll(Input):
    """Which messages to mark."""

    until: Annotated[datetime | None, Field(description="Only those sent until then; null: all.")] = None


class PreferencesInput(Input):
    """How you want to be told."""

    mail: bool = True
    mail_muted_templates: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=64)]],
        Field(
            default_factory=list,
            max_length=50,
            description="Go to your box alone; what you must be told is mailed all the same.",
        ),
    ]
    quiet_from_minute: Annotated[Minute, Field(description="Local minute of the day; equal to the end: none.")] = 1200
    quiet_until_minute: Minute = 480


class PreferencesOut(Versioned):
    """How you want to be told; version 0 while nothing was ever changed."""

    mail: bool
    mail_muted_templates: list[str]
    quiet_from_minute: int
    quiet_until_minute: int

    @classmethod
    def of(cls, preferences: preferences_pb2.Preferences) -> "PreferencesOut":
        """Return the preferences."""
        return cls(
            mail=preferences.mail,
            mail_muted_templates=list(preferences.mail_muted_templates),
            quiet_from_minute=preferences.quiet_from_minute,
            quiet_until_minute=preferences.quiet_until_minute,
            version=preferences.version,
        )


class DeliveryAttemptOut(Output):
    """One try."""

    at: datetime | None
    outcome: Annotated[str, Field(examples=["taken:250", "unanswered:SMTPServerDisconnected"])]


class DeliveryOut(Versioned):
    """One message on one channel."""

    id: UUID
    message_id: UUID
    recipient: PersonRef
    channel: Channel
    template: str
    state: DeliveryState
    suppressed_reason: Annotated[
        str | None, Field(description="STALE, LEFT, REASSIGNED, NO_ADDRESS, MUTED or EXPIRED.")
    ]
    resource_type: str
    resource_id: UUID
    due_at: datetime | None
    sent_at: datetime | None
    attempts: list[DeliveryAttemptOut]

    @classmethod
    def of(cls, delivery: delivery_pb2.Delivery, names: Names) -> "DeliveryOut":
        """Return the delivery."""
        return cls(
            id=UUID(delivery.id),
            message_id=UUID(delivery.message_id),
            recipient=names.ref(delivery.recipient_id),
            channel=word(Channel, delivery_pb2.Channel, delivery.channel),
            template=delivery.template,
            state=word(DeliveryState, delivery_pb2.DeliveryState, delivery.state),
            suppressed_reason=optional_text(delivery.suppressed_reason),
            resource_type=delivery.resource_type,
            resource_id=UUID(delivery.resource_id),
            due_at=moment(delivery.due_at),
            sent_at=moment(delivery.sent_at),
            attempts=[DeliveryAttemptOut(at=moment(each.at), outcome=each.outcome) for each in delivery.attempts],
            version=delivery.version,
        )


class DeliveriesQuery(PageQuery):
    """Filters of the delivery log; all must hold."""

    recipient_id: UUID | None = None
    state: DeliveryState | None = None
    channel: Channel | None = None
    template: Annotated[str, Field(max_length=64)] = ""
    resource_id: UUID | None = None


class Wording(Output):
    """One text in both languages."""

    zh_cn: str
    en: str

    @classmethod
    def of(cls, text: LocalizedText) -> "Wording":
        """Return the text."""
        return cls(zh_cn=text.zh_cn, en=text.en)


class MessageTemplateOut(Output):
    """The words of a kind of message, with placeholders in double braces."""

    code: str
    subject: Wording
    title: Wording
    body: Wording
    mandatory: Annotated[bool, Field(description="Cannot be muted.")]

    @classmethod
    def of(cls, template: message_template_pb2.MessageTemplate) -> "MessageTemplateOut":
        """Return the template."""
        return cls(
            code=template.code,
            subject=Wording.of(template.subject),
            title=Wording.of(template.title),
            body=Wording.of(template.body),
            mandatory=template.mandatory,
        )
