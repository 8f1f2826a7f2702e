"""Between notification's contract and its rows."""

from datetime import datetime
from typing import Any

from common.content import Text
from common.timestamps import to_optional_timestamp, to_timestamp
from common.words import word
from tandem.common.v1.localized_pb2 import LocalizedText
from tandem.notification.v1 import delivery_pb2, message_pb2, message_template_pb2, preferences_pb2

from notification.content.messages import MessageTemplate, message_templates, render_text
from notification.domain.notice import Values
from notification.storage.messages import wish_of
from notification.storage.tables import DeliveryRow, MessageRow, PreferenceRow
from notification.wording import fill


def message(row: MessageRow, locale: str, zone: str) -> message_pb2.Message:
    """Return the message in a language; people appear as marks, the place as nothing: the page has both."""
    filled = fill(row.facts, locale, zone, lambda person_id: f"{{{{person:{person_id}}}}}") | {"place": ""}
    return message_pb2.Message(
        id=str(row.id),
        template=row.template,
        title=message_templates()[row.template].subject.at(locale),
        body=render_text(row.template, locale, filled),
        resource_type=row.resource_type,
        resource_id=str(row.resource_id),
        interview_id=str(row.interview_id) if row.interview_id else "",
        needs_action=row.needs_action,
        sent_at=to_timestamp(row.sent_at),
        read_at=to_optional_timestamp(row.read_at),
        person_ids=Values(**row.facts).person_ids(),
    )


def delivery(row: DeliveryRow) -> delivery_pb2.Delivery:
    """Return the delivery with its tries."""
    return delivery_pb2.Delivery(
        id=str(row.id),
        message_id=str(row.message_id),
        recipient_id=str(row.recipient_id),
        channel=_number(delivery_pb2.Channel, "CHANNEL", row.channel),
        template=row.template,
        state=_number(delivery_pb2.DeliveryState, "DELIVERY_STATE", row.state),
        suppressed_reason=row.suppressed_reason,
        resource_type=row.resource_type,
        resource_id=str(row.resource_id),
        due_at=to_timestamp(row.due_at),
        sent_at=to_optional_timestamp(row.sent_at),
        attempts=[
            delivery_pb2.DeliveryAttempt(at=to_timestamp(datetime.fromisoformat(each["at"])), outcome=each["outcome"])
            for each in row.attempts
        ],
        version=row.version,
    )


def preferences(person_id: str, row: PreferenceRow | None) -> preferences_pb2.Preferences:
    """Return the preferences, the defaults under version 0 while nothing was chosen."""
    wish = wish_of(row)
    return preferences_pb2.Preferences(
        person_id=person_id,
        mail=wish.mail,
        mail_muted_templates=sorted(wish.muted),
        quiet_from_minute=wish.quiet.from_minute,
        quiet_until_minute=wish.quiet.until_minute,
        version=row.version if row else 0,
    )


def message_template(template: MessageTemplate) -> message_template_pb2.MessageTemplate:
    """Return the template with its words."""
    return message_template_pb2.MessageTemplate(
        code=template.key,
        subject=_both(template.subject),
        title=_both(template.preview),
        body=_both(template.text),
        mandatory=template.mandatory,
    )


def state_word(value: delivery_pb2.DeliveryState.ValueType) -> str:
    """Return the word of a state, empty for any."""
    return word(delivery_pb2.DeliveryState, value)


def channel_word(value: delivery_pb2.Channel.ValueType) -> str:
    """Return the word of a channel, empty for any."""
    return word(delivery_pb2.Channel, value)


def _number(kind: Any, prefix: str, name: str) -> Any:
    return kind.Value(f"{prefix}_{name.upper()}")


def _both(text: Text) -> LocalizedText:
    return LocalizedText(zh_cn=text.zh, en=text.en)
