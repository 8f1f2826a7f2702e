"""A person in front of the REST API: a token, a language, and an idempotency key for everything they change."""

import time
from collections import deque
from typing import Any

import httpx2
from common.ids import new_id
from devstack.testing import StackUnderTest


class Refused(AssertionError):
    """The API answered with a problem where the journey expected success."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.status = answer.status_code
        self.problem: dict[str, Any] = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        super().__init__(f"{answer.request.method} {answer.request.url.path}: {self.status} {answer.text[:1500]}")

    @property
    def reason(self) -> str:
        """Return the last part of the problem's type: SLOT_ALREADY_TAKEN."""
        return str(self.problem.get("reason") or self.problem.get("type", "").rsplit("/", 1)[-1])


class Actor:
    """One person of one tenant; tokens are minted anew when asked for and before they run out.

    `patience` is how often a 503 is answered by sending the same again. A gateway that is gone is passed over; the
    first to be asked is the one numbered `first_gateway`, from 0. `trace_id` is that of the last answer.
    """

    def __init__(
        self,
        stack: StackUnderTest,
        tenant: str,
        external_id: str,
        locale: str = "zh-CN",
        *,
        patience: int = 29,
        first_gateway: int = 0,
    ) -> None:
        self._stack = stack
        self._issuer = stack.issuer(tenant)
        self.external_id = external_id
        self._locale = locale
        self._patience = patience
        self._gateways = deque(stack.gateway_urls)
        self._gateways.rotate(-first_gateway)
        self._http = httpx2.Client(timeout=15)
        self._token = ""
        self._until = 0.0
        self.trace_id = ""

    def get(self, path: str, **params: Any) -> Any:
        """Read one thing or one page."""
        return self._send("GET", path, params={name: value for name, value in params.items() if value is not None})

    def all(self, path: str, **params: Any) -> list[Any]:
        """Read every page of a list."""
        found, token = [], None
        while True:
            page = self.get(path, page_token=token, **params)
            found += page["items"]
            token = page.get("next_page_token")
            if not token:
                return found

    def post(
        self, path: str, body: Any = None, *, version: int | None = None, key: str = "", fresh: bool = False
    ) -> Any:
        """Change something; `version` becomes If-Match, `fresh` logs in again first."""
        return self._send("POST", path, body=body or {}, version=version, key=key or str(new_id()), fresh=fresh)

    def change(self, path: str, body: Any = None, *, at: str, fresh: bool = False) -> dict[str, Any]:
        """Post at the version read from `at`; what changes meanwhile, by what other services say, is read again."""
        for attempt in range(4):
            try:
                return dict(self.post(path, body, version=self.get(at)["version"], fresh=fresh))
            except Refused as refused:
                if refused.reason != "VERSION_MISMATCH" or attempt == 3:
                    raise
        raise AssertionError("not reached")

    def change_fields(self, path: str, **fields: Any) -> dict[str, Any]:
        """Change some fields at the version of the moment; what changes meanwhile is read again."""
        for attempt in range(4):
            try:
                return dict(self.patch(path, fields, version=self.get(path)["version"]))
            except Refused as refused:
                if refused.reason != "VERSION_MISMATCH" or attempt == 3:
                    raise
        raise AssertionError("not reached")

    def put(self, path: str, body: Any, *, version: int | None = None, new: bool = False) -> Any:
        """Replace something, or create what is `new`."""
        return self._send("PUT", path, body=body, version=version, key=str(new_id()), new=new)

    def patch(self, path: str, body: Any, *, version: int) -> Any:
        """Change some fields."""
        return self._send("PATCH", path, body=body, version=version, key=str(new_id()))

    def delete(self, path: str, *, version: int | None = None) -> Any:
        """Remove something."""
        return self._send("DELETE", path, version=version, key=str(new_id()))

    def upload(self, content: bytes, purpose: str = "import") -> str:
        """Put a file in the store; returns its id."""
        answer = self._request(
            "POST",
            "/v1/files",
            params={"purpose": purpose},
            content=content,
            headers={**self._headers(key=str(new_id())), "Content-Type": "application/octet-stream"},
        )
        if not answer.is_success:
            raise Refused(answer)
        return str(answer.json()["id"])

    def finish(self, operation_id: str, seconds: float = 60) -> Any:
        """Wait for an operation to end and return it."""
        give_up = time.monotonic() + seconds
        while True:
            operation = self.get(f"/v1/operations/{operation_id}")
            if operation["state"] in ("succeeded", "failed", "cancelled"):
                return operation
            if time.monotonic() > give_up:
                raise AssertionError(f"operation still {operation}")
            time.sleep(0.2)

    def eventually(self, path: str, seconds: float = 15, **params: Any) -> Any:
        """Read a thing that is on its way here."""
        give_up = time.monotonic() + seconds
        while True:
            try:
                return self.get(path, **params)
            except Refused as refused:
                if refused.status != 404 or time.monotonic() > give_up:
                    raise
                time.sleep(0.1)

    def _send(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, Any] | None = None,
        body: Any = None,
        version: int | None = None,
        key: str = "",
        fresh: bool = False,
        new: bool = False,
    ) -> Any:
        if fresh:
            self._until = 0.0
        for attempt in range(self._patience + 1):
            headers = self._headers(key=key, version=version, fresh=fresh)
            if new:
                headers["If-None-Match"] = "*"
            answer = self._request(method, path, params=params, json=body, headers=headers)
            self.trace_id = answer.headers.get("X-Request-Id", "")
            # Not yet here: the same key again, as every client of ours does.
            if answer.status_code != 503 or attempt == self._patience:
                break
            time.sleep(float(answer.headers.get("Retry-After", "1")) * 0.2)
        if not answer.is_success:
            raise Refused(answer)
        return answer.json() if answer.content else None

    def _request(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """Ask a gateway; one that has gone is passed over, as every call may be repeated: reads, and writes by key."""
        *first, last = list(self._gateways)
        for gateway in first:
            try:
                return self._http.request(method, gateway + path, **options)
            except (httpx2.NetworkError, httpx2.RemoteProtocolError):
                # Not twice, when several threads find it gone.
                if self._gateways[0] == gateway:
                    self._gateways.rotate(-1)
        return self._http.request(method, last + path, **options)

    def _headers(self, *, key: str = "", version: int | None = None, fresh: bool = False) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self._bearer(fresh)}", "Accept-Language": self._locale}
        if key:
            headers["Idempotency-Key"] = key
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return headers

    def _bearer(self, fresh: bool) -> str:
        if time.time() > self._until:
            self._token = self._stack.token(self._issuer, self.external_id)
            self._until = time.time() + 120
        return self._token
