"""The password of the mail server changes while notification runs."""

from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from common.secret import Secret
from notification.domain.delivery import Outcome
from notification.mailer import Mailer, Server

from .outside import Catcher


class Guarded(Catcher):
    """Takes mails only after a login with the password of the moment."""

    def __init__(self) -> None:
        super().__init__()
        self.password = b"first"

    def protocol(self) -> SMTP:
        return SMTP(self, hostname="localhost", auth_required=True, auth_require_tls=False, authenticator=self.check)

    def check(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=login.login == b"tandem" and login.password == self.password)


@pytest.fixture
async def guarded() -> AsyncIterator[Guarded]:
    server = Guarded()
    await server.start()
    yield server
    server.stop()


def mail() -> EmailMessage:
    message = EmailMessage()
    message["To"] = "reader@mail.example"
    message.set_content("x")
    return message


async def test_a_mail_password_is_looked_up_at_each_login(guarded: Guarded, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("first\n")
    mailer = Mailer(
        Server("127.0.0.1", guarded.port, secure=False, user="tandem", password=Secret.in_file(file)), timeout=5
    )

    async def send() -> Outcome:
        return (await mailer.send(mail(), "tandem@mail.example", "reader@mail.example")).outcome

    assert await send() is Outcome.TAKEN
    guarded.password = b"second"
    mailer.close()
    # Refused until the file is changed, too; a refused login is no verdict on the mail, which is tried again.
    assert await send() in (Outcome.DEFERRED, Outcome.UNREACHABLE)
    file.write_text("second")
    assert await send() is Outcome.TAKEN
    mailer.close()
