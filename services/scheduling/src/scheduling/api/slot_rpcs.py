"""RPCs about slots, places for sending, and the waiver of the step of booking."""

from uuid import UUID

from common.call import current_call
from common.database import Database
from common.errors import NotFound
from common.grpc_server import Context, once
from common.timestamps import to_timestamp
from tandem.scheduling.v1 import booking_pb2, facts_pb2, slot_pb2, waiver_pb2

from scheduling.api import mapping
from scheduling.policy import POLICY
from scheduling.slot_search import SlotSearch, find_slots
from scheduling.storage.bookings import place_of
from scheduling.storage.tables import BookingRow
from scheduling.use_cases.waive_booking_step import waive_booking_step


class SlotRpcs:
    """Serves slots, places and the waiver."""

    database: Database

    async def FindSlots(self, request: slot_pb2.FindSlotsRequest, context: Context) -> slot_pb2.FindSlotsResponse:
        """Answer slots, each refused one with every reason."""
        search = SlotSearch(
            UUID(request.interview_id),
            mapping.optional_day("from_on", request.from_on),
            mapping.optional_day("until_on", request.until_on),
            request.duration_minutes,
            request.free_only,
        )
        found = await find_slots(self.database, current_call().identity, search)
        return slot_pb2.FindSlotsResponse(
            slots=[mapping.slot(span.starts_at, found.minutes, refusals) for span, refusals in found.slots],
            earliest_on=found.earliest_on.isoformat(),
            latest_on=found.latest_on.isoformat(),
            time_zone=found.time_zone,
        )

    async def GetBookingPlace(
        self, request: booking_pb2.GetBookingPlaceRequest, context: Context
    ) -> booking_pb2.GetBookingPlaceResponse:
        """Answer where a booking takes place, for sending."""
        identity, booking_id = current_call().identity, UUID(request.booking_id)
        POLICY.require(identity, "booking.place")
        async with self.database.read(identity) as reader:
            row = await reader.session.get(BookingRow, (reader.tenant_id, booking_id))
            if row is None:
                raise NotFound(resource="booking", id=booking_id)
            return booking_pb2.GetBookingPlaceResponse(
                place=await place_of(reader, row),
                starts_at=to_timestamp(row.starts_at),
                duration_minutes=row.duration_minutes,
                time_zone=row.time_zone,
                state=facts_pb2.BookingState.Value(f"BOOKING_STATE_{row.state.upper()}"),
                invitation_sequence=row.invitation_sequence,
            )

    async def WaiveStep(self, request: waiver_pb2.WaiveStepRequest, context: Context) -> waiver_pb2.WaiveStepResponse:
        """Waive the step of booking."""
        step, reason = mapping.step(request.step), mapping.waiver_reason(request.reason)
        interview_id = UUID(request.interview_id)
        step_id = await once(
            waive_booking_step(self.database, current_call(), interview_id, step, reason, request.note)
        )
        return waiver_pb2.WaiveStepResponse(step_id=str(step_id))
