"""A mail: headers that tell nothing, the text, and the calendar entry twice, inline and attached."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from common.content import language

from notification.content.messages import RenderedMessage


@dataclass(frozen=True)
class Invitation:
    """A calendar object and the method that it carries."""

    method: str
    content: bytes


@dataclass(frozen=True)
class Envelope:
    """Who writes to whom, when, in which language, under which Message-ID."""

    sender: str
    recipient: str
    recipient_name: str
    message_id: str
    locale: str
    sent_at: datetime


def letter(envelope: Envelope, message: RenderedMessage, invitation: Invitation | None = None) -> EmailMessage:
    """Return the mail; raises ValueError for an address that is none."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address("Tandem", addr_spec=envelope.sender)
    mail["To"] = Address(" ".join(envelope.recipient_name.split()), addr_spec=envelope.recipient)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(envelope.sent_at)
    mail["Message-ID"] = envelope.message_id
    mail["Content-Language"] = language(envelope.locale)
    # No holiday replies (RFC 3834), from Exchange neither.
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    # Mail programs show the first line beside the subject.
    mail.set_content(f"{message.preview}\n\n{message.body}\n", cte="base64")
    if invitation is not None:
        mail.add_alternative(
            invitation.content.decode("utf-8"),
            subtype="calendar",
            charset="utf-8",
            params={"method": invitation.method},
            cte="base64",
        )
        mail.add_attachment(invitation.content, maintype="application", subtype="ics", filename="invitation.ics")
    return mail
