"""The edge to the mail server: one connection a sender, and a plain word for how each try ended."""

import asyncio
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)
from common.logging import get_logger
from common.secret import Secret

from notification.domain.delivery import Outcome

TIMEOUT = 12.0
log = get_logger(__name__)


@dataclass(frozen=True)
class Try:
    """How one try ended; `code` is the server's or names the error, never an address."""

    outcome: Outcome
    code: str


@dataclass(frozen=True)
class Server:
    """The mail server; `secure` demands STARTTLS before anything is said."""

    host: str
    port: int
    secure: bool
    user: str = ""
    password: Secret = field(default_factory=lambda: Secret.given(""), repr=False)


class Mailer:
    """Sends one mail at a time, over a connection that it opens again when lost."""

    def __init__(self, server: Server, *, timeout: float = TIMEOUT) -> None:
        self._server = server
        self._timeout = timeout
        self._smtp: SMTP | None = None

    async def send(self, mail: EmailMessage, sender: str, recipient: str) -> Try:
        """Hand the mail to the server; never raises for what a server or a network may do."""
        handed_over = False
        try:
            async with asyncio.timeout(self._timeout):
                smtp = await self._open()
                await smtp.mail(sender)
                await smtp.rcpt(recipient)
                # From here on the server may have taken it, whatever we get to hear.
                handed_over = True
                reply = await smtp.data(mail.as_bytes())
                return Try(Outcome.TAKEN, str(reply.code))
        except SMTPResponseException as refused:
            self.close()
            return _refused(refused)
        except UnicodeEncodeError:
            return Try(Outcome.REFUSED, "ADDRESS_NOT_ASCII")
        except (SMTPException, OSError, TimeoutError) as lost:
            self.close()
            outcome = Outcome.UNANSWERED if handed_over else Outcome.UNREACHABLE
            return Try(outcome, type(lost).__name__)

    def close(self) -> None:
        """Drop the connection."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    async def _open(self) -> SMTP:
        if self._smtp is not None and self._smtp.is_connected:
            try:
                await self._smtp.rset()
                return self._smtp
            except (SMTPException, OSError):
                self.close()
        server = self._server
        smtp = SMTP(
            hostname=server.host, port=server.port, timeout=self._timeout, use_tls=False, start_tls=server.secure
        )
        await smtp.connect()
        self._smtp = smtp
        if server.user:
            await smtp.login(server.user, server.password.read())
        await smtp.ehlo()
        return smtp


def _refused(refused: SMTPResponseException) -> Try:
    # Only what is said of this mail is for good; a server that refuses us may be mended.
    about_this_mail = isinstance(refused, SMTPSenderRefused | SMTPRecipientRefused | SMTPDataError)
    outcome = Outcome.REFUSED if about_this_mail and refused.code >= 500 else Outcome.DEFERRED
    log.warning("mail_refused", code=refused.code)
    return Try(outcome, str(refused.code))
