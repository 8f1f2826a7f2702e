"""RPCs about deliveries and the words of messages."""

from uuid import UUID

from common.call import current_call
from common.database import Database
from common.grpc_server import Context, once
from common.pagination import PageTokens
from tandem.notification.v1 import delivery_pb2 as pb
from tandem.notification.v1 import message_template_pb2

from notification.api import mapping
from notification.content.messages import message_templates
from notification.storage import messages
from notification.storage.messages import POLICY
from notification.use_cases.retry_delivery import retry_delivery
from notification.words import optional_id


class DeliveryRpcs:
    """Serves the delivery log and the templates."""

    database: Database
    page_tokens: PageTokens

    async def ListDeliveries(self, request: pb.ListDeliveriesRequest, context: Context) -> pb.ListDeliveriesResponse:
        """List deliveries."""
        identity = current_call().identity
        POLICY.require(identity, "delivery.read")
        wanted = {
            "recipient_id": optional_id(request.recipient_id),
            "state": mapping.state_word(request.state),
            "channel": mapping.channel_word(request.channel),
            "template": request.template,
            "resource_id": optional_id(request.resource_id),
        }
        page = self.page_tokens.open(
            request.page_size,
            request.page_token,
            identity=identity,
            now=self.database.clock.system(),
            question="deliveries",
            filters=wanted,
        )
        async with self.database.read(identity) as reader:
            rows, token = await messages.list_deliveries(reader, page, **wanted)  # type: ignore[arg-type]
        return pb.ListDeliveriesResponse(deliveries=map(mapping.delivery, rows), next_page_token=token)

    async def GetDelivery(self, request: pb.GetDeliveryRequest, context: Context) -> pb.GetDeliveryResponse:
        """Answer one delivery."""
        POLICY.require(current_call().identity, "delivery.read")
        return pb.GetDeliveryResponse(delivery=await self._delivery(UUID(request.delivery_id)))

    async def RetryDelivery(self, request: pb.RetryDeliveryRequest, context: Context) -> pb.RetryDeliveryResponse:
        """Try a delivery again."""
        delivery_id = await once(
            retry_delivery(self.database, current_call(), UUID(request.delivery_id), request.expected_version)
        )
        return pb.RetryDeliveryResponse(delivery=await self._delivery(delivery_id))

    async def ListMessageTemplates(
        self, request: message_template_pb2.ListMessageTemplatesRequest, context: Context
    ) -> message_template_pb2.ListMessageTemplatesResponse:
        """List the templates by code."""
        identity = current_call().identity
        POLICY.require(identity, "message_template.read")
        page = self.page_tokens.open(
            request.page_size,
            request.page_token,
            identity=identity,
            now=self.database.clock.system(),
            question="message_templates",
        )
        after = page.start[0] if page.start else ""
        following = sorted((key, each) for key, each in message_templates().items() if key > after)
        rows, token = page.close(following[: page.size + 1], lambda row: (row[0],))
        return message_template_pb2.ListMessageTemplatesResponse(
            templates=[mapping.message_template(each) for _, each in rows], next_page_token=token
        )

    async def _delivery(self, delivery_id: UUID) -> pb.Delivery:
        async with self.database.read(current_call().identity) as reader:
            return mapping.delivery(await messages.find_delivery(reader, delivery_id))
