"""Deliveries as outgoing events."""

from datetime import datetime

from common.timestamps import to_timestamp
from google.protobuf.message import Message
from tandem.notification.v1 import events_pb2 as pb

from notification.storage.tables import DeliveryRow


def message_sent(delivery: DeliveryRow, at: datetime) -> Message:
    """The message reached the box, or the mail server took it."""
    return pb.MessageSent(
        message_id=str(delivery.message_id),
        recipient_id=str(delivery.recipient_id),
        template=delivery.template,
        channel=delivery.channel,
        resource_type=delivery.resource_type,
        resource_id=str(delivery.resource_id),
        sent_at=to_timestamp(at),
    )
