"""The API as these tests script it: answers in turn, requests kept."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from tandem_client.api import Api
from tandem_client.tokens import GivenToken


class ScriptedApi:
    """Answers each request with the next of the script and keeps what was asked."""

    def __init__(self) -> None:
        self.script: list[httpx2.Response | Exception] = []
        self.requests: list[httpx2.Request] = []
        self.waits: list[float] = []

    def answers(self, status: int = 200, body: Any = None, **headers: str) -> None:
        """Add an answer; headers are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.script.append(httpx2.Response(status, json={} if body is None else body, headers=named))

    def breaks_off(self) -> None:
        """Add a connection that ends without an answer."""
        self.script.append(httpx2.ReadTimeout("no answer"))

    def handle(self, request: httpx2.Request) -> httpx2.Response:
        """Answer as scripted."""
        self.requests.append(request)
        answer = self.script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def scripted() -> ScriptedApi:
    """Return an API without a script yet."""
    return ScriptedApi()


@pytest.fixture
def connect(scripted: ScriptedApi) -> Callable[..., Api]:
    """Return how to speak to the scripted API."""

    def connect(url: str = "http://tandem.test", *, tokens: Any = GivenToken("token"), **options: Any) -> Api:
        transport = httpx2.MockTransport(scripted.handle)
        return Api(url, tokens, transport=transport, sleep=scripted.waits.append, **options)

    return connect
