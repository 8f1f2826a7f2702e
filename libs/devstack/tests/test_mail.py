"""The mail catcher, over SMTP and HTTP."""

import json
import smtplib
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from devstack.background import Background
from devstack.ports import HOST, any_free
from devstack.probes import http_ok
from devstack.process import Process

INVITATION = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


class Catcher:
    def __init__(self, folder: Path, background: Background) -> None:
        self.folder = folder
        self.background = background
        self.start()

    def start(self) -> None:
        self.smtp, self.http = any_free(2)
        command = [sys.executable, "-m", "devstack.mail", str(self.folder), str(self.smtp), str(self.http)]
        self.process = Process("mail", command, ready=http_ok(self.http, "/healthz"))
        self.background.run(self.process.start())

    def stop(self) -> None:
        self.background.run(self.process.stop())

    def send(self, to: str, subject: str, *, calendar: str = "") -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "tandem@example.test", to, subject
        mail.set_content("会议邀请 <b>bold</b>")
        if calendar:
            mail.add_alternative(calendar, subtype="calendar", params={"method": "REQUEST"})
        with smtplib.SMTP(HOST, self.smtp, timeout=5) as smtp:
            smtp.send_message(mail)

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://{HOST}:{self.http}{path}", timeout=5) as answer:
            return str(answer.read().decode())

    def mails(self, query: str = "") -> list[dict[str, object]]:
        return list(json.loads(self.get(f"/api/mails{query}"))["mails"])


@pytest.fixture
def catcher(tmp_path: Path, background: Background) -> Iterator[Catcher]:
    catcher = Catcher(tmp_path / "mail", background)
    yield catcher
    catcher.stop()


def test_a_mail_is_shown_with_its_calendar_part(catcher: Catcher) -> None:
    catcher.send("li@example.test", "面谈安排", calendar=INVITATION)

    (mail,) = catcher.mails()

    assert (mail["subject"], mail["recipients"]) == ("面谈安排", ["li@example.test"])
    assert str(mail["text"]).startswith("会议邀请")
    assert str(mail["calendar"][0]).splitlines() == INVITATION.splitlines()  # type: ignore[index]


def test_mails_are_listed_by_recipient_newest_first(catcher: Catcher) -> None:
    catcher.send("li@example.test", "first")
    catcher.send("wang@example.test", "other")
    catcher.send("li@example.test", "second")

    assert [mail["subject"] for mail in catcher.mails("?to=LI@example.test")] == ["second", "first"]


def test_nothing_in_a_mail_becomes_part_of_the_page(catcher: Catcher) -> None:
    catcher.send("li@example.test", "<script>alert(1)</script>")
    (mail,) = catcher.mails()

    for path in ("/", f"/mails/{mail['id']}"):
        assert "<script>" not in catcher.get(path)
        assert "&lt;script&gt;" in catcher.get(path)


def test_mails_survive_a_restart_until_they_are_removed(catcher: Catcher) -> None:
    catcher.send("li@example.test", "kept")
    catcher.stop()
    catcher.start()
    assert [mail["subject"] for mail in catcher.mails()] == ["kept"]

    removal = urllib.request.Request(f"http://{HOST}:{catcher.http}/api/mails", method="DELETE")
    urllib.request.urlopen(removal, timeout=5).close()

    assert catcher.mails() == []


def test_an_unknown_mail_is_not_found(catcher: Catcher) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        catcher.get("/api/mails/../../passwords")
