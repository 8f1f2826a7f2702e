"""What lies outside: a mail server that can lose its tongue, and the answers of directory and scheduling."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

import grpc
import grpc.aio
from aiosmtpd.smtp import SMTP, Envelope, Session
from common.grpc_client import Callees
from devstack.harness import Harness
from notification.contacts import Contacts
from tandem.directory.v1 import directory_service_pb2_grpc as directory
from tandem.directory.v1 import person_lookup_pb2 as people
from tandem.scheduling.v1 import booking_pb2 as bookings
from tandem.scheduling.v1 import scheduling_service_pb2_grpc as scheduling


class Catcher:
    """Takes mails on a free loopback port; `answer` is what it says after the data, None hangs up instead."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer: str | None = "250 OK"
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self.protocol, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def protocol(self) -> SMTP:
        return SMTP(self, enable_SMTPUTF8=True, hostname="localhost", loop=asyncio.get_running_loop())

    def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.mails.append(cast(EmailMessage, message_from_bytes(envelope.original_content or b"", policy=default)))
        if self.answer is None:
            assert server.transport is not None
            server.transport.close()
            return "250 unheard"
        return self.answer

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if address in str(mail["To"])]


class Neighbours(directory.DirectoryServiceServicer, scheduling.SchedulingServiceServicer):
    """Answers addresses and places from what the test put there."""

    def __init__(self) -> None:
        self.known: dict[str, people.Contact] = {}
        self.places: dict[str, str] = {}
        self.contacts: Contacts

    async def GetContacts(
        self, request: people.GetContactsRequest, context: grpc.aio.ServicerContext
    ) -> people.GetContactsResponse:
        return people.GetContactsResponse(contacts=[self.known[each] for each in request.person_ids])

    async def GetBookingPlace(
        self, request: bookings.GetBookingPlaceRequest, context: grpc.aio.ServicerContext
    ) -> bookings.GetBookingPlaceResponse:
        if request.booking_id not in self.places:
            await context.abort(grpc.StatusCode.NOT_FOUND, "no such booking")
        return bookings.GetBookingPlaceResponse(place=self.places[request.booking_id])


@asynccontextmanager
async def serving_contacts(harness: Harness) -> AsyncIterator[Neighbours]:
    neighbours = Neighbours()
    server = grpc.aio.server()
    directory.add_DirectoryServiceServicer_to_server(neighbours, server)
    scheduling.add_SchedulingServiceServicer_to_server(neighbours, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    address = f"127.0.0.1:{port}"
    callees = Callees("notification", {"directory": address, "scheduling": address}, harness.mint)
    neighbours.contacts = Contacts(callees)
    yield neighbours
    await callees.close()
    await server.stop(None)
