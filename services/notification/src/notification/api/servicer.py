"""Notification's servicer: one class per noun, served together."""

import grpc.aio
from common.database import Database
from common.pagination import PageTokens
from tandem.notification.v1 import notification_service_pb2_grpc as rpc

from notification.api.delivery_rpcs import DeliveryRpcs
from notification.api.message_rpcs import MessageRpcs


class NotificationServicer(MessageRpcs, DeliveryRpcs, rpc.NotificationServiceServicer):
    """Serves NotificationService."""

    def __init__(self, database: Database, page_tokens: PageTokens) -> None:
        self.database = database
        self.page_tokens = page_tokens

    def add_to(self, server: grpc.aio.Server) -> None:
        """Register with the server."""
        rpc.add_NotificationServiceServicer_to_server(self, server)
