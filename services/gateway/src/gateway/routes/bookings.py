"""Slots and bookings: when an interview takes place."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from common.timestamps import from_day, to_optional_timestamp, to_timestamp
from fastapi import Query
from tandem.scheduling.v1 import booking_pb2 as pb
from tandem.scheduling.v1 import facts_pb2, slot_pb2

from gateway.calls import Change, Read, ReadCall, Write
from gateway.names import names_for
from gateway.resource import Resource
from gateway.schemas.bookings import (
    BookingCancellation,
    BookingDecline,
    BookingMove,
    BookingOut,
    BookingsQuery,
    NewBooking,
    NoShow,
    SlotOut,
    SlotsOut,
    SlotsQuery,
)
from gateway.schemas.fields import day_text, id_text, number
from gateway.schemas.model import Page

slots = Resource("interviews/{interview_id}/slots", "Bookings")
bookings = Resource("bookings", "Bookings")


@slots.get("")
async def find_slots(interview_id: UUID, call: Read, query: Annotated[SlotsQuery, Query()]) -> SlotsOut:
    """Starts for an interview, each refused one with every reason, and the earliest day that keeps notice.

    409 `NEEDS_MANAGER`. 409 `INTERVIEW_NOT_OPEN`. 409 `CALENDAR_OUT_OF_RANGE`.
    """
    reply = await call.scheduling.FindSlots(
        slot_pb2.FindSlotsRequest(
            interview_id=str(interview_id),
            from_on=day_text(query.from_on),
            until_on=day_text(query.until_on),
            duration_minutes=query.duration_minutes,
            free_only=query.free_only,
        )
    )
    return SlotsOut(
        items=[SlotOut.of(each, call.locale) for each in reply.slots],
        earliest_on=from_day(reply.earliest_on),
        latest_on=from_day(reply.latest_on),
        time_zone=reply.time_zone,
    )


@bookings.get("")
async def list_bookings(call: Read, query: Annotated[BookingsQuery, Query()]) -> Page[BookingOut]:
    """The bookings that you may see, by start."""
    request = pb.ListBookingsRequest(
        interview_id=id_text(query.interview_id),
        person_id=id_text(query.person_id),
        states=[number(facts_pb2.BookingState, each) for each in dict.fromkeys(query.state)],
        until=to_optional_timestamp(query.starts_before),
        page_size=query.page_size,
        page_token=query.page_token,
        **{"from": to_optional_timestamp(query.starts_from)},
    )
    reply = await call.scheduling.ListBookings(request)
    return Page.of(await _bookings_out(call, reply.bookings), reply.next_page_token)


@bookings.post("", status_code=201)
async def propose_booking(booking: NewBooking, call: Write) -> BookingOut:
    """Hold both people's time and send the invitation.

    409 `SLOT_ALREADY_TAKEN`: one of them is booked then. 409 `ALREADY_BOOKED`: the interview has a booking.
    409 `NOTICE_TOO_SHORT` with the earliest day. 409 `OUTSIDE_WORKING_HOURS`, `PERSON_BUSY`, `BUSINESS_PEAK`,
    `OUTSIDE_WINDOW`, `DURATION_OUT_OF_RANGE`, `STARTS_IN_THE_PAST`, `NEEDS_MANAGER`, `INTERVIEW_NOT_OPEN`.
    """
    reply = await call.scheduling.ProposeBooking(
        pb.ProposeBookingRequest(
            interview_id=str(booking.interview_id),
            starts_at=to_timestamp(booking.starts_at),
            duration_minutes=booking.duration_minutes,
            place=booking.place,
            notice_override_reason=booking.notice_override_reason,
        )
    )
    return await _booking_out(call, reply.booking)


@bookings.get("/{id}")
async def get_booking(id: UUID, call: Read) -> BookingOut:
    """One booking."""
    reply = await call.scheduling.GetBooking(pb.GetBookingRequest(booking_id=str(id)))
    return await _booking_out(call, reply.booking)


@bookings.post("/{id}:accept")
async def accept_booking(id: UUID, call: Change) -> BookingOut:
    """Confirm a proposed booking; by the one who did not propose it. 409 `ILLEGAL_TRANSITION`."""
    reply = await call.scheduling.AcceptBooking(
        pb.AcceptBookingRequest(booking_id=str(id), expected_version=call.version)
    )
    return await _booking_out(call, reply.booking)


@bookings.post("/{id}:decline")
async def decline_booking(id: UUID, decline: BookingDecline, call: Change) -> BookingOut:
    """Decline a proposed booking; by the one who did not propose it. 409 `ILLEGAL_TRANSITION`."""
    reply = await call.scheduling.DeclineBooking(
        pb.DeclineBookingRequest(
            booking_id=str(id),
            reason=number(facts_pb2.DeclineReason, decline.reason),
            note=decline.note,
            expected_version=call.version,
        )
    )
    return await _booking_out(call, reply.booking)


@bookings.post("/{id}:move")
async def move_booking(id: UUID, move: BookingMove, call: Change) -> BookingOut:
    """Replace a booking by another start; answers the new one. Notice begins anew, unless the employee consents.

    409 as for a proposal, and `ILLEGAL_TRANSITION`.
    """
    reply = await call.scheduling.MoveBooking(
        pb.MoveBookingRequest(
            booking_id=str(id),
            starts_at=to_timestamp(move.starts_at),
            duration_minutes=move.duration_minutes,
            place=move.place,
            consent_to_short_notice=move.consent_to_short_notice,
            notice_override_reason=move.notice_override_reason,
            expected_version=call.version,
        )
    )
    return await _booking_out(call, reply.booking)


@bookings.post("/{id}:cancel")
async def cancel_booking(id: UUID, cancellation: BookingCancellation, call: Change) -> BookingOut:
    """Cancel a proposed or confirmed booking. 409 `ILLEGAL_TRANSITION`."""
    reply = await call.scheduling.CancelBooking(
        pb.CancelBookingRequest(booking_id=str(id), note=cancellation.note, expected_version=call.version)
    )
    return await _booking_out(call, reply.booking)


@bookings.post("/{id}:record-no-show")
async def record_no_show(id: UUID, no_show: NoShow, call: Change) -> BookingOut:
    """Record that somebody did not come. 409 `NOT_STARTED_YET`: before its start. 409 `ILLEGAL_TRANSITION`."""
    reply = await call.scheduling.RecordNoShow(
        pb.RecordNoShowRequest(
            booking_id=str(id),
            absent=[number(facts_pb2.Attendee, each) for each in dict.fromkeys(no_show.absent)],
            expected_version=call.version,
        )
    )
    return await _booking_out(call, reply.booking)


async def _bookings_out(call: ReadCall, found: Collection[pb.Booking]) -> list[BookingOut]:
    people = (each for booking in found for each in (booking.employee_id, booking.manager_id, booking.proposed_by))
    names = await names_for(call, people)
    return [BookingOut.of(booking, names) for booking in found]


async def _booking_out(call: ReadCall, booking: pb.Booking) -> BookingOut:
    return (await _bookings_out(call, [booking]))[0]
