"""Whether traces arrive whole: one trace through every service, asked for at the gateway, looked up in the store."""

import base64
import json
import secrets
import time
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ops.topology import SERVICES, STORED

SECONDS = 10
PAUSE = 1.0


class TraceLost(Exception):
    """A request failed, or its trace did not arrive whole; the message says which and what is missing."""


@dataclass(frozen=True)
class Client:
    """A registered machine client (client credentials); any scope does."""

    token_url: str
    id: str
    secret: str
    scope: str = ""

    def token(self) -> str:
        """Return a new access token; raise TraceLost if none is given."""
        form = {"grant_type": "client_credentials", **({"scope": self.scope} if self.scope else {})}
        basic = base64.b64encode(f"{self.id}:{self.secret}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
        answer = _answer(self.token_url, headers, urllib.parse.urlencode(form).encode())
        return str(answer["access_token"])


def follow(gateway: str, traces: str, client: Client, patience: float) -> int:
    """Ask every service something under one trace id; return how many spans the store then has of it.

    `traces` is Jaeger's query API, `patience` how many seconds the spans may be on their way. Raises TraceLost.
    """
    trace_id = secrets.token_hex(16)
    # Marked as sampled, so that no share of traces leaves it out.
    headers = {"Authorization": f"Bearer {client.token()}", "traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01"}
    for service in STORED:
        _answer(f"{gateway}/v1/operations?service={service.name}", headers)
    return _wait(f"{traces}/api/traces/{trace_id}", {service.name for service in SERVICES}, patience)


def _wait(url: str, wanted: set[str], patience: float) -> int:
    deadline = time.monotonic() + patience
    while True:
        try:
            found = _answer(url, {})["data"]
        except TraceLost:
            # Nothing of it has come yet.
            found = []
        missing = wanted - {process["serviceName"] for trace in found for process in trace["processes"].values()}
        if not missing:
            return sum(len(trace["spans"]) for trace in found)
        if time.monotonic() > deadline:
            raise TraceLost(f"{url} has no spans of {', '.join(sorted(missing))}")
        time.sleep(PAUSE)


def _answer(url: str, headers: Mapping[str, str], body: bytes | None = None) -> Any:
    request = urllib.request.Request(url, body, dict(headers))  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            return json.load(answer)
    except (OSError, ValueError) as failed:
        raise TraceLost(f"{url.partition('?')[0]}: {failed}") from failed
