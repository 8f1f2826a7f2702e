"""Requests to the API: authenticated, repeated safely, paged, and raised as problems where they fail."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias
from uuid import uuid4

import httpx2

from tandem_client.problems import Unreachable, problem_of
from tandem_client.tokens import TokenSource

Json: TypeAlias = dict[str, Any]
Query: TypeAlias = Any

TIMEOUT = httpx2.Timeout(30.0, connect=5.0)
# Each wait is what the answer asks for, else doubled from the first; together about ten seconds.
ATTEMPTS = 6
FIRST_WAIT, LONGEST_WAIT = 0.3, 5.0
_WAITING = frozenset({429, 503, 504})


class Document(dict[str, Any]):
    """A JSON object as it was answered; `etag` is its version's tag, `replayed` marks a repeated write's answer."""

    etag: str = ""
    replayed: bool = False


class Api:
    """The verbs of the API; the resource groups speak through it.

    `url` is one address or several, separated by commas: where one does not answer, the next is asked.
    A write carries an Idempotency-Key of its own and keeps it through every repetition, so that it happens once.
    """

    def __init__(
        self,
        url: str,
        tokens: TokenSource,
        *,
        locale: str = "en",
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._tokens = tokens
        self._sleep = sleep
        self._addresses = deque(each.strip().rstrip("/") for each in url.split(","))
        self._http = httpx2.Client(timeout=TIMEOUT, transport=transport, headers={"Accept-Language": locale})

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, path: str, **query: Query) -> Document:
        """Read a resource or one page of a list."""
        return _document(self._send("GET", path, params=_given(query)))

    def items(self, path: str, *, limit: int | None = None, **query: Query) -> Iterator[Document]:
        """Read a list to its end, or up to `limit` items, page by page as they are taken."""
        token: str | None = None
        taken = 0
        while True:
            page = self.get(path, **query, **({"page_token": token} if token else {}))
            for item in page["items"]:
                if limit is not None and taken >= limit:
                    return
                taken += 1
                yield Document(item)
            token = page.get("next_page_token")
            if not token:
                return

    def post(self, path: str, body: Json | None = None, *, key: str | None = None) -> Document:
        """Create something, or act on what has no version."""
        return _document(self._send("POST", path, key=key or str(uuid4()), body=body or {}))

    def change(
        self,
        path: str,
        body: Json | None = None,
        *,
        of: str,
        method: str = "POST",
        version: int | None = None,
        key: str | None = None,
    ) -> Document:
        """Change the resource at `of`, in the version that was read, or in its newest where none is given.

        Version 0 is that of what does not exist yet. Raises TandemProblem VERSION_MISMATCH where it has changed since.
        """
        if version == 0:
            headers = {"If-None-Match": "*"}
        else:
            headers = {"If-Match": f'"{version}"' if version is not None else self.get(of).etag}
        return _document(self._send(method, path, key=key or str(uuid4()), body=body or {}, headers=headers))

    def upload(self, path: str, content: bytes, *, key: str | None = None, **query: Query) -> Document:
        """Send a file as the request's body."""
        headers = {"Content-Type": "application/octet-stream"}
        response = self._send(
            "POST", path, key=key or str(uuid4()), content=content, headers=headers, params=_given(query)
        )
        return _document(response)

    def download(self, path: str) -> bytes:
        """Fetch a file."""
        return self._send("GET", path).content

    def events(self, path: str) -> Iterator[Document]:
        """Follow a stream of server-sent events: each one's data; ends when the server ends it."""
        headers = {"Authorization": f"Bearer {self._tokens.access_token()}", "Accept": "text/event-stream"}
        try:
            with self._http.stream(
                "GET", self._address + path, headers=headers, timeout=httpx2.Timeout(5.0, read=60.0)
            ) as response:
                if response.is_error:
                    response.read()
                    raise problem_of(response)
                for event in httpx2.EventSource(response):
                    yield Document(json.loads(event.data))
        except httpx2.TransportError:
            failed = self._address
            self._addresses.rotate(-1)
            raise Unreachable(failed) from None

    @property
    def _address(self) -> str:
        return self._addresses[0]

    def _send(self, method: str, path: str, *, key: str | None = None, **options: Any) -> httpx2.Response:
        if (body := options.pop("body", None)) is not None:
            options["json"] = body
        headers = options.pop("headers", {}) | ({"Idempotency-Key": key} if key else {})
        renewed = False
        token = self._tokens.access_token()
        for attempt in range(1, ATTEMPTS + 1):
            headers["Authorization"] = f"Bearer {token}"
            try:
                response = self._http.request(method, self._address + path, headers=headers, **options)
            except httpx2.TransportError:
                if attempt == ATTEMPTS:
                    raise Unreachable(self._address) from None
                self._addresses.rotate(-1)
                if attempt % len(self._addresses) == 0:
                    self._sleep(_backoff(attempt))
                continue
            if not response.is_error:
                return response
            problem = problem_of(response)
            if problem.challenge.get("error") == "invalid_token" and not renewed:
                renewed, token = True, self._tokens.access_token(renew=True)
                continue
            if attempt == ATTEMPTS or (wait := _wait(response, attempt)) is None:
                raise problem
            self._sleep(wait)
        raise AssertionError("the last attempt returns or raises")


def _wait(response: httpx2.Response, attempt: int) -> float | None:
    """Return the seconds until the request is worth repeating, or None where its refusal is final."""
    asked = response.headers.get("retry-after", "")
    if asked.isdigit():
        return min(float(asked), LONGEST_WAIT)
    return _backoff(attempt) if response.status_code in _WAITING else None


def _backoff(attempt: int) -> float:
    return float(min(FIRST_WAIT * 2 ** (attempt - 1), LONGEST_WAIT))


def _document(response: httpx2.Response) -> Document:
    document = Document(response.json()) if response.content else Document()
    document.etag = response.headers.get("etag", "")
    document.replayed = response.headers.get("idempotent-replayed") == "true"
    return document


def _given(query: Mapping[str, Query]) -> dict[str, Query]:
    """Return the parameters that were given, as the API writes them."""
    return {name: _parameter(value) for name, value in query.items() if value not in (None, "", [], False)}


def _parameter(value: Query) -> Query:
    return "true" if value is True else value
