"""Invitations as they arrive: MIME parts and iCalendar properties, read back by the library."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

from common.ids import new_id
from common.timestamps import to_timestamp
from icalendar import Calendar, Event
from tandem.interview_record.v1 import events_pb2 as interviews
from tandem.scheduling.v1 import events_pb2 as scheduling
from tandem.scheduling.v1 import facts_pb2 as bookings

from .world import NOW, SENDER, START, World


def entry(mail: EmailMessage) -> tuple[str, Event]:
    calendar = Calendar.from_ical(calendar_part(mail).get_payload(decode=True))
    return str(calendar["METHOD"]), calendar.walk("VEVENT")[0]


def calendar_part(mail: EmailMessage) -> EmailMessage:
    return next(part for part in mail.walk() if part.get_content_type() == "text/calendar")


async def propose(world: World, booking: bookings.BookingFacts) -> None:
    await world.hear(UUID(booking.booking_id), scheduling.BookingProposed(booking=booking))


async def test_a_proposed_booking_invites_both_in_their_own_language_and_zone(world: World) -> None:
    booking = world.booking()
    await propose(world, booking)
    await world.pass_time(NOW + timedelta(hours=6))

    (to_employee,), (to_manager,) = world.catcher.to("wang@"), world.catcher.to("kuehn@")
    assert to_employee["Subject"] == "您有一项人事日程待确认"
    assert to_manager["Subject"] == "You have an HR appointment to confirm"
    employee_text = to_employee.get_body(("plain",)).get_content()
    assert all(each in employee_text for each in ("王芳，您好", "Anna Kühn", "14:00 (UTC+08:00)"))
    manager_text = to_manager.get_body(("plain",)).get_content()
    assert "08:00 (UTC+02:00)" in manager_text
    assert "会议室 3-12" in manager_text
    assert f"https://tandem.example/bookings/{booking.booking_id}" in manager_text


async def test_the_calendar_entry_is_inline_with_its_method_and_attached(world: World) -> None:
    booking = world.booking()
    await propose(world, booking)
    await world.pass_time(NOW + timedelta(hours=6))

    (mail,) = world.catcher.to("wang@")
    inline = calendar_part(mail)
    assert inline.get_param("method") == "REQUEST"
    assert inline.get_content_charset() == "utf-8"
    (attached,) = list(mail.iter_attachments())
    assert attached.get_filename() == "invitation.ics"
    assert attached.get_payload(decode=True) == inline.get_payload(decode=True)
    method, event = entry(mail)
    assert method == "REQUEST"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (booking.invitation_id, 0, "TENTATIVE")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (START, START + timedelta(minutes=50))
    assert event["DTSTART"].to_ical() == b"20261012T060000Z"
    assert event["DTSTAMP"].dt.tzinfo is not None
    assert event["ORGANIZER"] == "mailto:kuehn@heron.example"
    assert event["ORGANIZER"].params["SENT-BY"] == f"mailto:{SENDER}"
    assert event["ATTENDEE"] == "mailto:wang@heron.example"
    assert (event["SUMMARY"], event["LOCATION"]) == ("一对一沟通", "会议室 3-12")


async def test_a_move_keeps_the_uid_and_raises_the_sequence(world: World) -> None:
    old = world.booking()
    await propose(world, old)
    await world.pass_time(NOW + timedelta(hours=6))
    moved_to = START + timedelta(days=1)
    new = world.booking(
        replaces_booking_id=old.booking_id,
        invitation_id=old.invitation_id,
        invitation_sequence=1,
        starts_at=to_timestamp(moved_to),
    )
    ended = world.booking(
        booking_id=old.booking_id,
        state=bookings.BOOKING_STATE_MOVED,
        invitation_id=old.invitation_id,
        invitation_sequence=1,
        replaced_by_booking_id=new.booking_id,
    )
    await world.hear(UUID(old.booking_id), scheduling.BookingMoved(booking=ended, replacement=new))
    await propose(world, new)
    await world.pass_time(NOW + timedelta(hours=12))

    invited, moved = world.catcher.to("kuehn@")
    assert "from Mon 12 October 2026" in moved.get_body(("plain",)).get_content()
    (first_method, first), (second_method, second) = entry(invited), entry(moved)
    assert first_method == second_method == "REQUEST"
    assert first["UID"] == second["UID"]
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (0, 1)
    assert second["DTSTART"].dt == moved_to


async def test_a_cancelled_booking_is_taken_back_under_the_same_uid(world: World) -> None:
    booking = world.booking()
    await propose(world, booking)
    await world.pass_time(NOW + timedelta(hours=6))
    cancelled = bookings.BookingFacts()
    cancelled.CopyFrom(booking)
    cancelled.state, cancelled.invitation_sequence = bookings.BOOKING_STATE_CANCELLED, 1
    await world.hear(UUID(booking.booking_id), scheduling.BookingCancelled(booking=cancelled))
    await world.pass_time(NOW + timedelta(hours=12))

    _, taken_back = world.catcher.to("wang@")
    assert calendar_part(taken_back).get_param("method") == "CANCEL"
    method, event = entry(taken_back)
    assert method == "CANCEL"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (booking.invitation_id, 1, "CANCELLED")


async def test_a_new_organiser_means_a_new_entry_and_the_old_one_taken_back(world: World) -> None:
    old = world.booking()
    await propose(world, old)
    await world.pass_time(NOW + timedelta(hours=6))
    successor = new_id()
    await world.person(successor, "Bo Lin", "bo@heron.example", "en", "Asia/Shanghai")
    reassigned = interviews.InterviewReassigned(
        interview=world.interview(manager_id=str(successor)), effective_at=to_timestamp(NOW)
    )
    await world.hear(world.interview_id, reassigned)
    ended = world.booking(
        booking_id=old.booking_id,
        state=bookings.BOOKING_STATE_CANCELLED,
        invitation_id=old.invitation_id,
        invitation_sequence=1,
    )
    await world.hear(UUID(old.booking_id), scheduling.BookingCancelled(booking=ended))
    anew = world.booking(manager_id=str(successor))
    await propose(world, anew)
    await world.pass_time(datetime(2026, 10, 1, 4, tzinfo=UTC))

    assert entry(world.catcher.to("kuehn@")[-1])[0] == "CANCEL"
    method, event = entry(world.catcher.to("bo@")[-1])
    assert (method, event["UID"], event["SEQUENCE"]) == ("REQUEST", anew.invitation_id, 0)
    assert anew.invitation_id != old.invitation_id


async def test_a_name_cannot_add_lines_to_the_entry_or_the_headers(world: World) -> None:
    await world.person(
        world.manager, 'Eve"\r\nBcc: all@x.example\r\nATTENDEE:x', "eve@heron.example", "en", "Europe/Berlin"
    )
    await propose(world, world.booking())
    await world.pass_time(NOW + timedelta(hours=6))

    (mail,) = world.catcher.to("eve@")
    assert mail["Bcc"] is None
    assert len(entry(mail)[1].get("ATTENDEE")) == len("mailto:wang@heron.example")
