"""A mail is ready to go out."""

from email.message import EmailMessage

from common.database import Database
from common.due import Due
from common.instruments import MAIL_TRIES

from notification.calendar_part import EntryTexts, calendar_object
from notification.contacts import Contact, Contacts
from notification.content.messages import calendar_description, calendar_summary, render_message
from notification.domain.dedupe import message_id_header
from notification.domain.delivery import Suppressed
from notification.domain.notice import CalendarEntry, Values
from notification.letters import Envelope, Invitation, letter
from notification.mailer import Mailer
from notification.use_cases.send_mail import Outgoing, lease, look, settle, suppress
from notification.wording import fill


class Send:
    """Handles the due row `send`: asks for addresses, leases, sends, and notes how it ended."""

    def __init__(self, contacts: Contacts, mailer: Mailer, *, sender: str, portal_url: str) -> None:
        self._contacts = contacts
        self._mailer = mailer
        self._sender = sender
        self._portal_url = portal_url.rstrip("/")

    async def __call__(self, database: Database, due: Due) -> None:
        """Send the mail once, unless it is void by now."""
        outgoing = await look(database, due)
        if outgoing is None:
            return
        people = await self._people(outgoing)
        reader = people.get(str(outgoing.message.recipient_id))
        if reader is None or not reader.active:
            await suppress(database, due, Suppressed.LEFT)
            return
        if not reader.mail:
            await suppress(database, due, Suppressed.NO_ADDRESS)
            return
        mail = await self._write(outgoing, reader, people)
        fence = await lease(database, due)
        if fence is None:
            return
        tried = await self._mailer.send(mail, self._sender, reader.mail)
        MAIL_TRIES.add(1, {"outcome": tried.outcome.value})
        await settle(database, due, fence, tried.outcome, tried.code)

    async def _people(self, outgoing: Outgoing) -> dict[str, Contact]:
        message = outgoing.message
        wanted = [str(message.recipient_id), *Values(**message.facts).person_ids()]
        if message.calendar:
            wanted += [message.calendar["organizer_id"], message.calendar["attendee_id"]]
        return await self._contacts.of(message.tenant_id, wanted)

    async def _write(self, outgoing: Outgoing, reader: Contact, people: dict[str, Contact]) -> EmailMessage:
        message = outgoing.message
        entry = CalendarEntry(**message.calendar) if message.calendar else None
        booking_id = entry.booking_id if entry else message.guard.get("booking_id", "")
        place = await self._contacts.place(message.tenant_id, booking_id) if booking_id else ""
        link = f"{self._portal_url}/{message.resource_type}s/{message.resource_id}"

        def name_of(person_id: str) -> str:
            found = people.get(person_id)
            return found.name if found else ""

        values = fill(message.facts, reader.locale, reader.time_zone, name_of)
        values |= {"recipient_name": reader.name, "link": link, "place": place}
        rendered = render_message(message.template, reader.locale, values)
        invitation = None
        if entry is not None:
            texts = EntryTexts(calendar_summary().at(reader.locale), calendar_description(reader.locale, link), place)
            content = calendar_object(entry, texts, people, sent_by=self._sender, stamped_at=outgoing.now)
            invitation = Invitation(entry.method, content)
        domain = self._sender.rpartition("@")[2]
        envelope = Envelope(
            sender=self._sender,
            recipient=reader.mail,
            recipient_name=reader.name,
            message_id=message_id_header(message.dedupe_key, domain),
            locale=reader.locale,
            sent_at=outgoing.now,
        )
        return letter(envelope, rendered, invitation)
