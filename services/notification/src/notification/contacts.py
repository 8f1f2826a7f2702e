"""What sending asks others for, outside any transaction: names and addresses, and where a booking takes place."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import grpc
import grpc.aio
from common.grpc_client import READ_DEADLINE, Callees
from tandem.directory.v1.directory_service_pb2_grpc import DirectoryServiceStub
from tandem.directory.v1.person_lookup_pb2 import GetContactsRequest
from tandem.scheduling.v1.booking_pb2 import GetBookingPlaceRequest
from tandem.scheduling.v1.scheduling_service_pb2_grpc import SchedulingServiceStub


@dataclass(frozen=True)
class Contact:
    """A person as a mail needs them; `mail` is empty where none is known."""

    name: str
    mail: str
    locale: str
    time_zone: str
    active: bool


class Contacts:
    """Asks directory and scheduling; nothing of the answers is kept."""

    def __init__(self, callees: Callees) -> None:
        self._callees = callees

    async def of(self, tenant_id: UUID, person_ids: Sequence[str]) -> dict[str, Contact]:
        """Return the people by id; unknown ones are left out."""
        reply = await DirectoryServiceStub(self._callees.channel("directory")).GetContacts(
            GetContactsRequest(person_ids=list(dict.fromkeys(person_ids))),
            metadata=self._callees.own_metadata(tenant_id),
            timeout=READ_DEADLINE,
        )
        return {
            each.person_id: Contact(each.name, each.mail, each.locale, each.time_zone, each.active)
            for each in reply.contacts
        }

    async def place(self, tenant_id: UUID, booking_id: str) -> str:
        """Return where the booking takes place; empty where nothing was said."""
        try:
            reply = await SchedulingServiceStub(self._callees.channel("scheduling")).GetBookingPlace(
                GetBookingPlaceRequest(booking_id=booking_id),
                metadata=self._callees.own_metadata(tenant_id),
                timeout=READ_DEADLINE,
            )
        except grpc.aio.AioRpcError as refused:
            if refused.code() is grpc.StatusCode.NOT_FOUND:
                return ""
            raise
        return str(reply.place)
