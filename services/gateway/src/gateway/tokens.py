"""Access tokens (RFC 9068): who signed them, for whom, until when. Nothing else of a token is believed."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

from gateway.issuers import ALGORITHMS, Issuer, Issuers
from gateway.refusals import TokenRejected

LEEWAY = 30
MAX_LIFETIME = 3600
MAX_LENGTH = 8192
CACHE_LIMIT = 10_000
_TYPES = ("at+jwt", "application/at+jwt")


@dataclass(frozen=True)
class AccessToken:
    """A verified token; `expires_at` is seconds since the epoch, leeway not counted."""

    issuer: Issuer
    kid: str
    subject: str
    client_id: str
    expires_at: int
    scopes: frozenset[str] | None
    acr: str
    auth_time: datetime | None
    external_id: str

    @property
    def is_machine(self) -> bool:
        """Tell whether a client got the token for itself (RFC 9068 2.2: then `sub` is the client)."""
        return self.subject == self.client_id


class AccessTokens:
    """Verifies bearer tokens; verified ones are remembered, as long as their issuer and key still stand."""

    def __init__(self, issuers: Issuers) -> None:
        self._issuers = issuers
        self._seen: dict[str, AccessToken] = {}

    async def verify(self, token: str, now: datetime) -> AccessToken:
        """Return the token's facts; raise TokenRejected for anything forged, foreign, expired or of another kind."""
        seconds = now.timestamp()
        if (seen := self._seen.get(token)) and self._still_good(seen, seconds):
            return seen
        verified = await self._check(token, seconds)
        if len(self._seen) >= CACHE_LIMIT:
            del self._seen[next(iter(self._seen))]
        self._seen[token] = verified
        return verified

    def _still_good(self, seen: AccessToken, seconds: float) -> bool:
        return (
            seen.expires_at > seconds - LEEWAY
            and self._issuers.get(seen.issuer.issuer) == seen.issuer
            and self._issuers.ring(seen.issuer).known(seen.kid) is not None
        )

    async def _check(self, token: str, seconds: float) -> AccessToken:
        if len(token) > MAX_LENGTH or token.count(".") != 2:
            raise TokenRejected
        header, claims = (_decode(part) for part in token.split(".")[:2])
        issuer = await self._issuers.find(str(claims.get("iss")))
        algorithm, kid = header.get("alg"), header.get("kid")
        if issuer is None or not isinstance(kid, str) or "crit" in header:
            raise TokenRejected
        if algorithm not in ALGORITHMS or algorithm not in issuer.algorithms:
            raise TokenRejected
        key = await self._issuers.ring(issuer).find(kid)
        if key is None:
            raise TokenRejected
        try:
            # The key is ours by its id: jwk, jku and x5u of the header are never looked at.
            signed = jws.deserialize_compact(token, key, algorithms=[algorithm])
        except (JoseError, ValueError, TypeError) as broken:
            raise TokenRejected from broken
        return _accept(issuer, kid, header, json.loads(signed.payload), seconds)


def _accept(issuer: Issuer, kid: str, header: dict[str, Any], claims: dict[str, Any], seconds: float) -> AccessToken:
    _check_kind(issuer, header, claims)
    issued, expires = _moment(claims, "iat"), _moment(claims, "exp")
    starts = _moment(claims, "nbf") if "nbf" in claims else issued
    if expires <= seconds - LEEWAY or max(issued, starts) > seconds + LEEWAY or expires - issued > MAX_LIFETIME:
        raise TokenRejected
    _text(claims, "jti")
    scope = claims.get("scope")
    external_id = claims.get(issuer.external_id_claim)
    return AccessToken(
        issuer=issuer,
        kid=kid,
        subject=_text(claims, "sub"),
        client_id=_text(claims, "client_id"),
        expires_at=expires,
        scopes=frozenset(scope.split()) if isinstance(scope, str) else None,
        acr=claims["acr"] if isinstance(claims.get("acr"), str) else "",
        auth_time=datetime.fromtimestamp(_moment(claims, "auth_time"), UTC) if "auth_time" in claims else None,
        external_id=external_id if isinstance(external_id, str) else "",
    )


def _check_kind(issuer: Issuer, header: dict[str, Any], claims: dict[str, Any]) -> None:
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if issuer.audience not in audiences:
        raise TokenRejected
    kind = str(header.get("typ", "")).lower()
    if kind in _TYPES:
        return
    # An ID token also says JWT, but it has no scope.
    if not (issuer.accepts_plain_jwt and kind == "jwt" and isinstance(claims.get("scope"), str)):
        raise TokenRejected


def _decode(part: str) -> dict[str, Any]:
    try:
        decoded = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        raise TokenRejected from None
    if not isinstance(decoded, dict):
        raise TokenRejected
    return decoded


def _moment(claims: dict[str, Any], name: str) -> int:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1 << 40:
        raise TokenRejected
    return int(value)


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 255:
        raise TokenRejected
    return value
