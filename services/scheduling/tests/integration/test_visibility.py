"""Who sees bookings, places and busy times."""

from uuid import UUID

import grpc
import pytest
from common.identity import Identity
from common.ids import new_id
from common.timestamps import to_timestamp
from scheduling.storage.tables import BookingRow
from sqlalchemy import select
from tandem.scheduling.v1 import booking_pb2 as pb
from tandem.scheduling.v1 import busy_time_pb2, peak_pb2, slot_pb2

from .conftest import World, at


@pytest.fixture
async def booked(case: World) -> str:
    request = pb.ProposeBookingRequest(
        interview_id=str(case.interview), starts_at=to_timestamp(at("2026-10-12 14:00")), place="https://meet/abc"
    )
    reply = await case.call(case.manager, "ProposeBooking", request)
    return str(reply.booking.id)


async def places(world: World, who: Identity | UUID) -> list[str]:
    reply = await world.call(who, "ListBookings", pb.ListBookingsRequest())
    return [each.place for each in reply.bookings]


async def test_each_sees_what_the_table_gives_them_in_lists_and_one_by_one(case: World, booked: str) -> None:
    director, stranger = new_id(), new_id()
    await case.tell_person(director)
    await case.tell_person(case.manager, director)
    everyone: list[tuple[Identity | UUID, list[str]]] = [
        (case.employee, ["https://meet/abc"]),
        (case.manager, ["https://meet/abc"]),
        (case.as_hrbp(), ["https://meet/abc"]),
        (case.as_person(new_id(), "auditor"), ["https://meet/abc"]),
        (director, [""]),
        (case.as_admin(), [""]),
        (stranger, []),
        (case.as_person(new_id(), ("hrbp", case.other_unit)), []),
    ]
    for who, expected in everyone:
        assert await places(case, who) == expected
        request = pb.GetBookingRequest(booking_id=booked)
        if expected:
            assert (await case.call(who, "GetBooking", request)).booking.place == expected[0]
        else:
            assert (await case.refusal(who, "GetBooking", request)).code is grpc.StatusCode.NOT_FOUND


async def test_somebody_of_another_case_learns_nothing_from_trying(case: World, booked: str) -> None:
    request = pb.CancelBookingRequest(booking_id=booked, expected_version=1)
    assert (await case.refusal(new_id(), "CancelBooking", request)).code is grpc.StatusCode.NOT_FOUND
    director = new_id()
    await case.tell_person(case.manager, director)
    assert (await case.refusal(director, "CancelBooking", request)).code is grpc.StatusCode.PERMISSION_DENIED


async def test_only_notification_asks_for_a_place_to_send(case: World, booked: str) -> None:
    request = pb.GetBookingPlaceRequest(booking_id=booked)
    reply = await case.call(Identity.of_service("notification", case.tenant), "GetBookingPlace", request)
    assert (reply.place, reply.duration_minutes, reply.time_zone) == ("https://meet/abc", 50, "Asia/Shanghai")
    refused = await case.refusal(Identity.of_service("metrics", case.tenant), "GetBookingPlace", request)
    assert refused.code is grpc.StatusCode.PERMISSION_DENIED


async def test_a_place_is_sealed_in_the_table(case: World, booked: str) -> None:
    async with case.database.read(case.as_admin()) as reader:
        row = (await reader.session.scalars(select(BookingRow))).one()
        assert row.place is not None
        assert b"meet" not in row.place


async def test_a_list_goes_on_where_the_page_ended(case: World, booked: str) -> None:
    for day in (13, 14):
        employee = new_id()
        await case.tell_person(employee, case.manager)
        interview = await case.open_interview(new_id(), employee_id=str(employee))
        request = pb.ProposeBookingRequest(
            interview_id=str(interview), starts_at=to_timestamp(at(f"2026-10-{day} 14:00"))
        )
        await case.call(case.manager, "ProposeBooking", request)
    first = await case.call(case.manager, "ListBookings", pb.ListBookingsRequest(page_size=2))
    second = await case.call(
        case.manager, "ListBookings", pb.ListBookingsRequest(page_size=2, page_token=first.next_page_token)
    )
    starts = [each.starts_at.ToDatetime().day for each in [*first.bookings, *second.bookings]]
    assert (starts, second.next_page_token) == ([12, 13, 14], "")


async def test_busy_times_are_set_by_the_person_and_read_by_who_books(case: World) -> None:
    request = busy_time_pb2.CreateBusyTimeRequest(
        person_id=str(case.employee),
        starts_at=to_timestamp(at("2026-10-12 14:00")),
        ends_at=to_timestamp(at("2026-10-12 15:00")),
    )
    assert (await case.refusal(case.manager, "CreateBusyTime", request)).code is grpc.StatusCode.PERMISSION_DENIED
    made = (await case.call(case.employee, "CreateBusyTime", request)).busy_time
    listing = busy_time_pb2.ListBusyTimesRequest(person_id=str(case.employee))
    assert [each.id for each in (await case.call(case.manager, "ListBusyTimes", listing)).busy_times] == [made.id]
    assert (await case.refusal(new_id(), "ListBusyTimes", listing)).code is grpc.StatusCode.NOT_FOUND
    removal = busy_time_pb2.DeleteBusyTimeRequest(busy_time_id=made.id, expected_version=made.version)
    await case.call(case.employee, "DeleteBusyTime", removal)
    assert not (await case.call(case.employee, "ListBusyTimes", listing)).busy_times


async def test_peaks_are_set_for_units_of_ones_grant_and_read_by_all(case: World) -> None:
    request = peak_pb2.CreatePeakRequest(
        unit_id=str(case.other_unit), from_on="2026-11-09", until_on="2026-11-12", label="大促"
    )
    assert (await case.refusal(case.as_hrbp(), "CreatePeak", request)).code is grpc.StatusCode.PERMISSION_DENIED
    made = (await case.call(case.as_admin(), "CreatePeak", request)).peak
    reply = await case.call(case.employee, "ListPeaks", peak_pb2.ListPeaksRequest(from_on="2026-11-12"))
    assert [each.label for each in reply.peaks] == ["大促"]
    assert not (await case.call(case.employee, "ListPeaks", peak_pb2.ListPeaksRequest(from_on="2026-11-13"))).peaks
    removal = peak_pb2.DeletePeakRequest(peak_id=made.id, expected_version=made.version)
    await case.call(case.as_admin(), "DeletePeak", removal)


async def test_slots_come_with_every_reason_and_the_earliest_day(case: World, booked: str) -> None:
    employee = new_id()
    await case.tell_person(employee, case.manager)
    interview = await case.open_interview(new_id(), employee_id=str(employee))
    request = slot_pb2.FindSlotsRequest(
        interview_id=str(interview), from_on="2026-10-09", until_on="2026-10-12", duration_minutes=60
    )
    found = await case.call(case.manager, "FindSlots", request)
    assert (found.earliest_on, found.latest_on) == ("2026-10-10", "2026-10-23")
    reasons = {each.starts_at.ToDatetime(): [refusal.reason for refusal in each.refusals] for each in found.slots}
    assert reasons[at("2026-10-09 14:00").replace(tzinfo=None)] == ["NOTICE_TOO_SHORT"]
    assert reasons[at("2026-10-10 14:00").replace(tzinfo=None)] == []
    assert reasons[at("2026-10-11 14:00").replace(tzinfo=None)] == ["FREE_DAY", "FREE_DAY"]
    assert reasons[at("2026-10-12 13:30").replace(tzinfo=None)] == ["PERSON_BOOKED"]
    assert reasons[at("2026-10-12 15:00").replace(tzinfo=None)] == []
    assert all(each.refusals[0].text.zh_cn for each in found.slots if each.refusals)
    request.free_only = True
    free = await case.call(case.manager, "FindSlots", request)
    assert len(free.slots) == sum(each.free for each in found.slots)
    # For the interview that is booked then, its own booking is no obstacle: it would be moved.
    own = slot_pb2.FindSlotsRequest(
        interview_id=str(case.interview), from_on="2026-10-12", until_on="2026-10-12", free_only=True
    )
    starts = {each.starts_at.ToDatetime() for each in (await case.call(case.employee, "FindSlots", own)).slots}
    assert at("2026-10-12 14:00").replace(tzinfo=None) in starts
