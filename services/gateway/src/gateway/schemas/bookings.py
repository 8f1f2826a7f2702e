"""Slots and bookings of interviews."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from common.timestamps import from_timestamp
from pydantic import AwareDatetime, ConfigDict, Field
from tandem.scheduling.v1 import booking_pb2, facts_pb2, slot_pb2

from gateway.names import Names, PersonRef
from gateway.schemas.fields import moment, optional_id, optional_text, optional_word, word
from gateway.schemas.model import Input, Output, PageQuery, Versioned

Minutes = Annotated[int, Field(ge=0, le=240)]
Place = Annotated[str, Field(max_length=500, description="A room or a link.")]
Reason = Annotated[str, Field(max_length=2000, description="By the HRBP; the step of booking is waived then.")]


class BookingState(StrEnum):
    """How a booking stands; proposed and confirmed ones hold both people's time."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    DECLINED = "declined"
    EXPIRED = "expired"
    MOVED = "moved"
    CANCELLED = "cancelled"
    MISSED = "missed"


class DeclineReason(StrEnum):
    """Why a slot does not suit."""

    OTHER_COMMITMENT = "other_commitment"
    ABSENT = "absent"
    MORE_TIME_TO_PREPARE = "more_time_to_prepare"
    OTHER = "other"


class CancelReason(StrEnum):
    """Why a booking was cancelled."""

    BY_PERSON = "by_person"
    INTERVIEW_CANCELLED = "interview_cancelled"
    MANAGER_CHANGED = "manager_changed"
    PERSON_LEFT = "person_left"


class Attendee(StrEnum):
    """One of the two people."""

    EMPLOYEE = "employee"
    MANAGER = "manager"


class BookingOut(Versioned):
    """A booking of an interview."""

    id: UUID
    interview_id: UUID
    employee: PersonRef
    manager: PersonRef
    state: BookingState
    starts_at: datetime
    duration_minutes: int
    time_zone: Annotated[str, Field(description="The employee's, in which local dates count.")]
    place: Annotated[str | None, Field(description="Null where there is none, or you may not see it.")]
    proposed_by: PersonRef | None
    proposed_at: datetime
    answer_due_at: Annotated[datetime, Field(description="When silence becomes an answer.")]
    confirmed_at: datetime | None
    confirmed_by_silence: bool
    short_notice: bool
    employee_consented: bool
    notice_overridden: bool
    replaces_booking_id: UUID | None
    replaced_by_booking_id: UUID | None
    decline_reason: DeclineReason | None
    cancel_reason: CancelReason | None
    absent: list[Attendee]

    @classmethod
    def of(cls, booking: booking_pb2.Booking, names: Names) -> "BookingOut":
        """Return the booking with the people's names."""
        return cls(
            id=UUID(booking.id),
            interview_id=UUID(booking.interview_id),
            employee=names.ref(booking.employee_id),
            manager=names.ref(booking.manager_id),
            state=word(BookingState, facts_pb2.BookingState, booking.state),
            starts_at=from_timestamp(booking.starts_at),
            duration_minutes=booking.duration_minutes,
            time_zone=booking.time_zone,
            place=optional_text(booking.place),
            proposed_by=names.optional_ref(booking.proposed_by),
            proposed_at=from_timestamp(booking.proposed_at),
            answer_due_at=from_timestamp(booking.answer_due_at),
            confirmed_at=moment(booking.confirmed_at),
            confirmed_by_silence=booking.confirmed_by_silence,
            short_notice=booking.short_notice,
            employee_consented=booking.employee_consented,
            notice_overridden=booking.notice_overridden,
            replaces_booking_id=optional_id(booking.replaces_booking_id),
            replaced_by_booking_id=optional_id(booking.replaced_by_booking_id),
            decline_reason=optional_word(DeclineReason, facts_pb2.DeclineReason, booking.decline_reason),
            cancel_reason=optional_word(CancelReason, facts_pb2.BookingCancelReason, booking.cancel_reason),
            absent=[word(Attendee, facts_pb2.Attendee, each) for each in booking.absent],
            version=booking.version,
        )


class BookingsQuery(PageQuery):
    """Filters of the list of bookings; all must hold."""

    interview_id: UUID | None = None
    person_id: Annotated[UUID | None, Field(description="As employee or manager.")] = None
    state: Annotated[tuple[BookingState, ...], Field(max_length=8, description="May be repeated.")] = ()
    starts_from: AwareDatetime | None = None
    starts_before: AwareDatetime | None = None


class NewBooking(Input):
    """A slot to propose."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "interview_id": "01935d3a-7c1e-7b52-9d58-0c8f4a1b2c3d",
                    "starts_at": "2026-10-12T14:00:00+08:00",
                    "duration_minutes": 50,
                    "place": "会议室 3",
                }
            ]
        }
    )

    interview_id: UUID
    starts_at: AwareDatetime
    duration_minutes: Annotated[Minutes, Field(description="0: the sum of the playbook's segments.")] = 0
    place: Place = ""
    notice_override_reason: Reason = ""


class BookingMove(Input):
    """Another start for a booking."""

    starts_at: AwareDatetime
    duration_minutes: Annotated[Minutes, Field(description="0: as before.")] = 0
    place: Annotated[Place | None, Field(description="Null: as before.")] = None
    consent_to_short_notice: Annotated[bool, Field(description="By the employee alone, in the same click.")] = False
    notice_override_reason: Reason = ""


class BookingDecline(Input):
    """Why a slot does not suit."""

    reason: DeclineReason
    note: Annotated[str, Field(max_length=2000, description="Kept sealed with the case.")] = ""


class BookingCancellation(Input):
    """That a booking is off."""

    note: Annotated[str, Field(max_length=2000, description="Kept sealed with the case.")] = ""


class NoShow(Input):
    """Who did not come."""

    absent: Annotated[list[Attendee], Field(min_length=1, max_length=2)]


class RefusalReason(StrEnum):
    """Why a start is not free."""

    STARTS_IN_THE_PAST = "STARTS_IN_THE_PAST"
    NOTICE_TOO_SHORT = "NOTICE_TOO_SHORT"
    OUTSIDE_WINDOW = "OUTSIDE_WINDOW"
    FREE_DAY = "FREE_DAY"
    OUTSIDE_WORKING_HOURS = "OUTSIDE_WORKING_HOURS"
    BUSINESS_PEAK = "BUSINESS_PEAK"
    PERSON_BUSY = "PERSON_BUSY"
    PERSON_BOOKED = "PERSON_BOOKED"


class SlotRefusal(Output):
    """One reason, and whose it is where it is one person's."""

    reason: RefusalReason
    attendee: Attendee | None
    text: str


class SlotOut(Output):
    """A start, free or not."""

    starts_at: datetime
    duration_minutes: int
    free: bool
    refusals: list[SlotRefusal]

    @classmethod
    def of(cls, slot: slot_pb2.Slot, locale: str) -> "SlotOut":
        """Return the slot with its reasons in the language."""
        chinese = locale.startswith("zh")
        return cls(
            starts_at=from_timestamp(slot.starts_at),
            duration_minutes=slot.duration_minutes,
            free=slot.free,
            refusals=[
                SlotRefusal(
                    reason=RefusalReason(each.reason),
                    attendee=optional_word(Attendee, facts_pb2.Attendee, each.attendee),
                    text=each.text.zh_cn if chinese else each.text.en,
                )
                for each in slot.refusals
            ],
        )


class SlotsOut(Output):
    """The starts in the days asked for, and the days that frame them."""

    items: list[SlotOut]
    earliest_on: Annotated[date, Field(description="The first local date that keeps notice if proposed now.")]
    latest_on: Annotated[date, Field(description="The last day to hold the interview.")]
    time_zone: str


class SlotsQuery(Input):
    """Which days (the employee's local ones, both included, at most 31) and how long."""

    from_on: Annotated[date | None, Field(description="Null: today.")] = None
    until_on: Annotated[date | None, Field(description="Null: ten working days later.")] = None
    duration_minutes: Annotated[Minutes, Field(description="0: the sum of the playbook's segments.")] = 0
    free_only: Annotated[bool, Field(description="Leave refused ones out.")] = False
