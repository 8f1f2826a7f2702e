"""Caught mails, one file each, newest first."""

import threading
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Part:
    """One leaf of a mail: its type, file name if attached, and its text where it is text."""

    content_type: str
    filename: str | None
    text: str | None


@dataclass(frozen=True)
class Mail:
    """A mail as caught; `recipients` are those of the envelope, `calendar` the texts of its iCalendar parts."""

    id: str
    received_at: str
    sender: str
    recipients: list[str]
    subject: str
    headers: dict[str, str]
    parts: list[Part]
    calendar: list[str]

    @property
    def text(self) -> str:
        """Return the plain text."""
        return next((part.text or "" for part in self.parts if part.content_type == "text/plain"), "")

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {**asdict(self), "text": self.text}


class Mailbox:
    """Mails in a folder; they stay until they are removed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, sender: str, recipients: list[str], content: bytes) -> str:
        """Store one mail as it came and return its id; ids sort by time."""
        envelope = f"X-Envelope-From: {sender}\r\nX-Envelope-To: {', '.join(recipients)}\r\n"
        with self._lock:
            mail_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}"
            draft = self._folder / f"{mail_id}.new"
            draft.write_bytes(envelope.encode() + content)
            draft.rename(self._folder / f"{mail_id}.eml")
        return mail_id

    def list(self, recipient: str | None = None, limit: int = 200) -> list[Mail]:
        """Return the newest mails, those to one recipient if given."""
        mails: list[Mail] = []
        for path in sorted(self._folder.glob("*.eml"), reverse=True):
            if len(mails) >= limit:
                break
            mail = _read(path)
            if recipient is None or recipient.lower() in (address.lower() for address in mail.recipients):
                mails.append(mail)
        return mails

    def get(self, mail_id: str) -> Mail | None:
        """Return one mail, or None."""
        found = next((path for path in self._folder.glob("*.eml") if path.stem == mail_id), None)
        return _read(found) if found else None

    def clear(self) -> None:
        """Remove all mails."""
        for path in self._folder.glob("*.eml"):
            path.unlink(missing_ok=True)


def _read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=default)
    leaves = [leaf for leaf in message.walk() if isinstance(leaf, EmailMessage) and not leaf.is_multipart()]
    parts = [Part(leaf.get_content_type(), leaf.get_filename(), _text(leaf)) for leaf in leaves]
    received = datetime.strptime(path.stem, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
    return Mail(
        id=path.stem,
        received_at=received.isoformat(),
        sender=str(message["X-Envelope-From"] or ""),
        recipients=[address.strip() for address in str(message["X-Envelope-To"] or "").split(",")],
        subject=str(message["Subject"] or ""),
        headers={name: str(value) for name, value in message.items() if not name.startswith("X-Envelope-")},
        parts=parts,
        calendar=[part.text for part in parts if part.content_type == "text/calendar" and part.text],
    )


def _text(leaf: EmailMessage) -> str | None:
    if leaf.get_content_maintype() != "text":
        return None
    try:
        return str(leaf.get_content())
    except LookupError:
        # A charset nobody knows: show what can be shown.
        return bytes(leaf.get_payload(decode=True) or b"").decode("ascii", errors="replace")
