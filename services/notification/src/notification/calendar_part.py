"""The iCalendar object of an invitation; sources: RFC 5545, RFC 5546 section 3.2, delivery.md 5."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

from notification.contacts import Contact
from notification.domain.notice import CalendarEntry


@dataclass(frozen=True)
class EntryTexts:
    """What the entry shows, in its reader's language."""

    summary: str
    description: str
    place: str


def calendar_object(
    entry: CalendarEntry, texts: EntryTexts, people: Mapping[str, Contact], *, sent_by: str, stamped_at: datetime
) -> bytes:
    """Return the object as UTF-8, its times in UTC."""
    starts_at = datetime.fromisoformat(entry.starts_at).astimezone(UTC)
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", stamped_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + timedelta(minutes=entry.minutes))
    event.add("summary", texts.summary)
    event.add("description", texts.description)
    if texts.place:
        event.add("location", texts.place)
    event.add("status", entry.status)
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    _add_people(event, entry, people, sent_by)
    calendar = Calendar()
    calendar.add("prodid", "-//Tandem//Notification//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", entry.method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _add_people(event: Event, entry: CalendarEntry, people: Mapping[str, Contact], sent_by: str) -> None:
    organizer, attendee = people.get(entry.organizer_id), people.get(entry.attendee_id)
    address = _address(organizer, sent_by)
    if organizer is not None and organizer.mail:
        address.params["SENT-BY"] = vText(f"mailto:{sent_by}")
    event.add("organizer", address, encode=False)
    if attendee is None or not attendee.mail:
        return
    invited = _address(attendee, sent_by)
    invited.params["CUTYPE"] = vText("INDIVIDUAL")
    invited.params["ROLE"] = vText("REQ-PARTICIPANT")
    invited.params["PARTSTAT"] = vText("ACCEPTED" if entry.status == "CONFIRMED" else "NEEDS-ACTION")
    # Answers are given in Tandem, which reads no mail.
    invited.params["RSVP"] = vText("FALSE")
    event.add("attendee", invited, encode=False)


def _address(person: Contact | None, otherwise: str) -> vCalAddress:
    known = person if person is not None and person.mail else None
    address = vCalAddress(f"mailto:{known.mail if known else otherwise}")
    if known is not None:
        address.params["CN"] = vText(_one_line(known.name))
    return address


def _one_line(text: str) -> str:
    return " ".join(text.replace('"', "'").split())
