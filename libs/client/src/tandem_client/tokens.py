"""Where access tokens come from."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import httpx2

# A token is renewed this long before it ends, so that it does not end on its way.
_MARGIN = 15.0


class TokenSource(Protocol):
    """Gives the token of each request."""

    def access_token(self, *, renew: bool = False) -> str:
        """Return a token that holds; `renew` asks for another one than before."""


class LoginFailed(Exception):
    """The identity provider gave no token; the message is its reason."""


@dataclass(frozen=True)
class GivenToken:
    """A token that was obtained elsewhere."""

    token: str

    def access_token(self, *, renew: bool = False) -> str:
        """Return the token; there is no other."""
        return self.token


@dataclass
class ObtainedToken:
    """A token fetched when it is first needed and again before it ends."""

    obtain: Callable[[], tuple[str, float]]
    _token: str = field(default="", init=False)
    _ends_at: float = field(default=0.0, init=False)

    def access_token(self, *, renew: bool = False) -> str:
        """Return a token that holds for some seconds at least. Raises LoginFailed."""
        if renew or time.monotonic() > self._ends_at - _MARGIN:
            self._token, lifetime = self.obtain()
            self._ends_at = time.monotonic() + lifetime
        return self._token


def development_login(url: str, issuer: str, external_id: str, auth_time: int | None = None) -> ObtainedToken:
    """Return tokens of a person from the development identity provider's endpoint `url`.

    `auth_time` says when they logged in (seconds since 1970; None: now, at every token).
    """
    claims: dict[str, str | int] = {"issuer": issuer, "external_id": external_id}
    if auth_time is not None:
        claims["auth_time"] = auth_time
    return ObtainedToken(lambda: _fetch(url, json=claims))


def client_credentials(token_url: str, client_id: str, secret: str, scopes: str = "") -> ObtainedToken:
    """Return tokens of a machine client (OAuth 2.0 client credentials)."""
    form = {"grant_type": "client_credentials", **({"scope": scopes} if scopes else {})}
    return ObtainedToken(lambda: _fetch(token_url, data=form, auth=(client_id, secret)))


def _fetch(
    url: str,
    *,
    json: dict[str, str | int] | None = None,
    data: dict[str, str] | None = None,
    auth: tuple[str, str] | None = None,
) -> tuple[str, float]:
    try:
        response = httpx2.post(url, json=json, data=data, auth=auth, timeout=10)
        answer = response.json()
    except (httpx2.TransportError, ValueError) as failed:
        raise LoginFailed(f"{url}: {type(failed).__name__}") from None
    if response.is_error:
        raise LoginFailed(str(answer.get("error_description") or answer.get("error") or response.status_code))
    return str(answer["access_token"]), float(answer.get("expires_in", 60))
