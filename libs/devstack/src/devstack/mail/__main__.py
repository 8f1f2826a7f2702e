"""Run the catcher: `python -m devstack.mail FOLDER SMTP_PORT HTTP_PORT`, on the loopback address."""

import asyncio
import json
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.smtp import SMTP, Envelope, Session

from devstack.mail.box import Mailbox
from devstack.mail.page import POLICY, list_page, mail_page
from devstack.ports import HOST

SIZE_LIMIT = 30 << 20


class Receiver:
    """Takes every mail that is offered."""

    def __init__(self, box: Mailbox) -> None:
        self._box = box

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail, then say so."""
        content = envelope.original_content or b""
        await asyncio.to_thread(self._box.keep, envelope.mail_from or "", list(envelope.rcpt_tos), content)
        return "250 OK"


class Pages(BaseHTTPRequestHandler):
    """`/` and `/mails/ID` for people; `/api/mails[?to=ADDRESS]`, `/api/mails/ID` and DELETE for programs."""

    box: Mailbox

    def do_GET(self) -> None:
        """Answer a page or JSON."""
        url = urlsplit(self.path)
        match url.path.strip("/").split("/"):
            case [""]:
                self._send(200, "text/html", list_page(self.box.list()))
            case ["healthz"]:
                self._send(200, "application/json", "{}")
            case ["api", "mails"]:
                recipient = parse_qs(url.query).get("to", [None])[0]
                self._json(200, {"mails": [mail.as_json() for mail in self.box.list(recipient)]})
            case ["api", "mails", mail_id] if mail := self.box.get(mail_id):
                self._json(200, mail.as_json())
            case ["mails", mail_id] if mail := self.box.get(mail_id):
                self._send(200, "text/html", mail_page(mail))
            case _:
                self._json(404, {"error": "not_found"})

    def do_DELETE(self) -> None:
        """Remove all mails."""
        if self.path.rstrip("/") != "/api/mails":
            self._json(404, {"error": "not_found"})
            return
        self.box.clear()
        self._json(200, {})

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: pages are polled."""

    def _json(self, status: int, content: object) -> None:
        self._send(status, "application/json", json.dumps(content, ensure_ascii=False))

    def _send(self, status: int, content_type: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("content-type", f"{content_type}; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.send_header("content-security-policy", POLICY)
        self.end_headers()
        self.wfile.write(body)


async def run(folder: Path, smtp_port: int, http_port: int) -> None:
    """Serve both until SIGTERM."""
    box = Mailbox(folder)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    receiver = Receiver(box)
    smtp = await loop.create_server(
        lambda: SMTP(receiver, data_size_limit=SIZE_LIMIT, enable_SMTPUTF8=True, hostname="localhost", loop=loop),
        HOST,
        smtp_port,
    )
    pages = ThreadingHTTPServer((HOST, http_port), type("BoxPages", (Pages,), {"box": box}))
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    print(f"mails to {HOST}:{smtp_port} are shown on http://{HOST}:{http_port}")
    await stop.wait()
    smtp.close()
    pages.shutdown()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
