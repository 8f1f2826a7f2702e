"""What the API answers instead of a result."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

_QUOTED = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class FieldProblem:
    """One wrong place of a request: a JSON pointer into its body, or a parameter or header by name."""

    place: str
    reason: str
    detail: str


class TandemProblem(Exception):
    """A problem document (RFC 9457); `title` and `detail` are in the caller's language, `facts` in none."""

    def __init__(
        self,
        status: int,
        reason: str,
        title: str = "",
        detail: str = "",
        fields: tuple[FieldProblem, ...] = (),
        trace_id: str = "",
        challenge: Mapping[str, str] | None = None,
        facts: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.title = title
        self.detail = detail
        self.fields = fields
        self.trace_id = trace_id
        self.challenge = dict(challenge or {})
        self.facts = dict(facts or {})

    def __str__(self) -> str:
        return f"{self.status} {self.reason}: {self.detail or self.title}"

    @property
    def needs_fresh_login(self) -> bool:
        """Whether the act wants a login more recent, or by other means, than the token's (RFC 9470)."""
        return self.challenge.get("error") == "insufficient_user_authentication"


class Unreachable(Exception):
    """The API did not answer; whether it carried the request out is not known. The message is its address."""


def problem_of(response: httpx2.Response) -> TandemProblem:
    """Return what an answer of status 400 and up says; anything but a problem document keeps its status alone."""
    try:
        document = response.json()
    except ValueError:
        document = {}
    if not isinstance(document, dict):
        document = {}
    return TandemProblem(
        response.status_code,
        str(document.get("reason") or f"HTTP_{response.status_code}"),
        str(document.get("title") or response.reason_phrase),
        str(document.get("detail") or ""),
        tuple(_field(each) for each in document.get("errors") or ()),
        str(document.get("trace_id") or response.headers.get("x-request-id", "")),
        dict(_QUOTED.findall(response.headers.get("www-authenticate", ""))),
        document.get("facts"),
    )


def _field(document: Mapping[str, Any]) -> FieldProblem:
    place = next((str(document[kind]) for kind in ("pointer", "parameter", "header") if kind in document), "")
    return FieldProblem(place, str(document.get("reason", "")), str(document.get("detail", "")))
