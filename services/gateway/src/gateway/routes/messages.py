"""The message box, how one wants to be told, and the delivery log."""

from typing import Annotated
from uuid import UUID

from common.timestamps import to_optional_timestamp
from fastapi import Query
from tandem.notification.v1 import delivery_pb2, message_pb2, message_template_pb2, preferences_pb2

from gateway.calls import Change, Put, Read, Write
from gateway.names import names_for
from gateway.resource import Resource
from gateway.schemas.events import MessageBox
from gateway.schemas.fields import id_text, number
from gateway.schemas.messages import (
    DeliveriesQuery,
    DeliveryOut,
    MarkAll,
    MessageOut,
    MessagesQuery,
    MessageTemplateOut,
    PreferencesInput,
    PreferencesOut,
)
from gateway.schemas.model import Page, PageQuery

messages = Resource("messages", "Messages")
preferences = Resource("preferences", "Messages")
deliveries = Resource("deliveries", "Messages")
message_templates = Resource("message-templates", "Messages")


@messages.get("")
async def list_messages(call: Read, query: Annotated[MessagesQuery, Query()]) -> Page[MessageOut]:
    """Your message box, newest first."""
    reply = await call.notification.ListMessages(
        message_pb2.ListMessagesRequest(
            unread_only=query.unread_only, page_size=query.page_size, page_token=query.page_token
        )
    )
    names = await names_for(call, (person_id for each in reply.messages for person_id in each.person_ids))
    return Page.of([MessageOut.of(each, names) for each in reply.messages], reply.next_page_token)


@messages.get("/{id}")
async def get_message(id: UUID, call: Read) -> MessageOut:
    """One of your messages."""
    message = (await call.notification.GetMessage(message_pb2.GetMessageRequest(message_id=str(id)))).message
    return MessageOut.of(message, await names_for(call, message.person_ids))


@messages.get(":unread")
async def count_unread(call: Read) -> MessageBox:
    """How many of your messages are unread."""
    return MessageBox(unread=(await call.notification.CountUnread(message_pb2.CountUnreadRequest())).unread)


@messages.post("/{id}:mark-read")
async def mark_message_read(id: UUID, call: Write) -> MessageOut:
    """Mark one of your messages as read; marking it again changes nothing."""
    request = message_pb2.MarkMessageReadRequest(message_id=str(id))
    message = (await call.notification.MarkMessageRead(request)).message
    return MessageOut.of(message, await names_for(call, message.person_ids))


@messages.post(":mark-all-read")
async def mark_all_read(which: MarkAll, call: Write) -> MessageBox:
    """Mark all your messages, or those sent until a moment, as read; answers how many are unread still."""
    request = message_pb2.MarkAllReadRequest(until=to_optional_timestamp(which.until))
    return MessageBox(unread=(await call.notification.MarkAllRead(request)).unread)


@preferences.get("")
async def get_preferences(call: Read) -> PreferencesOut:
    """How you want to be told."""
    reply = await call.notification.GetPreferences(preferences_pb2.GetPreferencesRequest())
    return PreferencesOut.of(reply.preferences)


@preferences.put("")
async def update_preferences(wish: PreferencesInput, call: Put) -> PreferencesOut:
    """Change how you want to be told. 400 `TEMPLATE_UNKNOWN`."""
    reply = await call.notification.UpdatePreferences(
        preferences_pb2.UpdatePreferencesRequest(**wish.model_dump(), expected_version=call.version)
    )
    return PreferencesOut.of(reply.preferences)


@deliveries.get("")
async def list_deliveries(call: Read, query: Annotated[DeliveriesQuery, Query()]) -> Page[DeliveryOut]:
    """Deliveries with their tries, newest first; for HR administrators and auditors, without addresses."""
    reply = await call.notification.ListDeliveries(
        delivery_pb2.ListDeliveriesRequest(
            recipient_id=id_text(query.recipient_id),
            state=number(delivery_pb2.DeliveryState, query.state),
            channel=number(delivery_pb2.Channel, query.channel),
            template=query.template,
            resource_id=id_text(query.resource_id),
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    names = await names_for(call, (each.recipient_id for each in reply.deliveries))
    return Page.of([DeliveryOut.of(each, names) for each in reply.deliveries], reply.next_page_token)


@deliveries.get("/{id}")
async def get_delivery(id: UUID, call: Read) -> DeliveryOut:
    """One delivery."""
    delivery = (await call.notification.GetDelivery(delivery_pb2.GetDeliveryRequest(delivery_id=str(id)))).delivery
    return DeliveryOut.of(delivery, await names_for(call, [delivery.recipient_id]))


@deliveries.post("/{id}:retry")
async def retry_delivery(id: UUID, call: Change) -> DeliveryOut:
    """Try a failed or ambiguous delivery again. 409 `ILLEGAL_TRANSITION`: it is in another state."""
    request = delivery_pb2.RetryDeliveryRequest(delivery_id=str(id), expected_version=call.version)
    delivery = (await call.notification.RetryDelivery(request)).delivery
    return DeliveryOut.of(delivery, await names_for(call, [delivery.recipient_id]))


@message_templates.get("")
async def list_message_templates(call: Read, query: Annotated[PageQuery, Query()]) -> Page[MessageTemplateOut]:
    """The words of every kind of message, by code."""
    reply = await call.notification.ListMessageTemplates(
        message_template_pb2.ListMessageTemplatesRequest(page_size=query.page_size, page_token=query.page_token)
    )
    return Page.of([MessageTemplateOut.of(each) for each in reply.templates], reply.next_page_token)
