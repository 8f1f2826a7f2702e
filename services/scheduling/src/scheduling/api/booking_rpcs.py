"""RPCs about bookings."""

from uuid import UUID

from common.call import current_call
from common.database import Database
from common.grpc_server import Context, once
from common.pagination import PageTokens
from common.timestamps import from_timestamp
from tandem.scheduling.v1 import booking_pb2 as pb

from scheduling.api import mapping
from scheduling.holding import Excuse, Wish
from scheduling.storage.bookings import BookingFilter, booking_view, list_bookings
from scheduling.use_cases.accept_booking import accept_booking
from scheduling.use_cases.cancel_booking import cancel_booking
from scheduling.use_cases.decline_booking import decline_booking
from scheduling.use_cases.move_booking import move_booking
from scheduling.use_cases.propose_booking import propose_booking
from scheduling.use_cases.record_no_show import record_no_show


class BookingRpcs:
    """Serves bookings."""

    database: Database
    page_tokens: PageTokens

    async def ProposeBooking(self, request: pb.ProposeBookingRequest, context: Context) -> pb.ProposeBookingResponse:
        """Hold both people's time."""
        wish = Wish(from_timestamp(request.starts_at), request.duration_minutes, request.place)
        reason = request.notice_override_reason
        booking_id = await once(
            propose_booking(self.database, current_call(), UUID(request.interview_id), wish, reason)
        )
        return pb.ProposeBookingResponse(booking=await self._booking(booking_id))

    async def AcceptBooking(self, request: pb.AcceptBookingRequest, context: Context) -> pb.AcceptBookingResponse:
        """Confirm a proposed booking."""
        booking_id, version = UUID(request.booking_id), request.expected_version
        await once(accept_booking(self.database, current_call(), booking_id, version))
        return pb.AcceptBookingResponse(booking=await self._booking(booking_id))

    async def DeclineBooking(self, request: pb.DeclineBookingRequest, context: Context) -> pb.DeclineBookingResponse:
        """Decline a proposed booking."""
        booking_id, reason = UUID(request.booking_id), mapping.decline_reason(request.reason)
        await once(
            decline_booking(self.database, current_call(), booking_id, reason, request.note, request.expected_version)
        )
        return pb.DeclineBookingResponse(booking=await self._booking(booking_id))

    async def MoveBooking(self, request: pb.MoveBookingRequest, context: Context) -> pb.MoveBookingResponse:
        """Replace a booking by another start."""
        booking_id = await once(
            move_booking(
                self.database,
                current_call(),
                UUID(request.booking_id),
                starts_at=from_timestamp(request.starts_at),
                minutes=request.duration_minutes,
                place=request.place if request.HasField("place") else None,
                excuse=Excuse(request.notice_override_reason, request.consent_to_short_notice),
                expected_version=request.expected_version,
            )
        )
        return pb.MoveBookingResponse(booking=await self._booking(booking_id))

    async def CancelBooking(self, request: pb.CancelBookingRequest, context: Context) -> pb.CancelBookingResponse:
        """Cancel a booking."""
        booking_id, version = UUID(request.booking_id), request.expected_version
        await once(cancel_booking(self.database, current_call(), booking_id, request.note, version))
        return pb.CancelBookingResponse(booking=await self._booking(booking_id))

    async def RecordNoShow(self, request: pb.RecordNoShowRequest, context: Context) -> pb.RecordNoShowResponse:
        """Record that somebody did not come."""
        booking_id, absent = UUID(request.booking_id), mapping.attendees(request.absent)
        await once(record_no_show(self.database, current_call(), booking_id, absent, request.expected_version))
        return pb.RecordNoShowResponse(booking=await self._booking(booking_id))

    async def GetBooking(self, request: pb.GetBookingRequest, context: Context) -> pb.GetBookingResponse:
        """Answer one booking."""
        return pb.GetBookingResponse(booking=await self._booking(UUID(request.booking_id)))

    async def ListBookings(self, request: pb.ListBookingsRequest, context: Context) -> pb.ListBookingsResponse:
        """List the bookings that the caller may see."""
        identity = current_call().identity
        wanted = BookingFilter(
            mapping.id_or_none(request.interview_id),
            mapping.id_or_none(request.person_id),
            mapping.states(request.states),
            mapping.moment(getattr(request, "from")),
            mapping.moment(request.until),
        )
        page = self.page_tokens.open(
            request.page_size,
            request.page_token,
            identity=identity,
            now=self.database.clock.system(),
            question="ListBookings",
            filters={"wanted": wanted},
        )
        async with self.database.read(identity) as reader:
            found, token = await list_bookings(reader, page, wanted)
        return pb.ListBookingsResponse(bookings=map(mapping.booking, found), next_page_token=token)

    async def _booking(self, booking_id: UUID) -> pb.Booking:
        async with self.database.read(current_call().identity) as reader:
            return mapping.booking(await booking_view(reader, booking_id))
