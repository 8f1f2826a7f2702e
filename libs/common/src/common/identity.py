"""Who is calling: short-lived signed tokens that every service verifies on every call."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from common.errors import Unauthenticated
from common.signing_key import SigningKey
from common.watched import Watched

AUDIENCE = "tandem"
LIFETIME = timedelta(seconds=60)
_CACHE_LIMIT = 4096


@dataclass(frozen=True)
class Grant:
    """A role held for one business unit and all under it; no unit means the whole tenant."""

    role: str
    unit_id: UUID | None = None


@dataclass(frozen=True)
class Identity:
    """The originating subject of a call, as the gateway or a working service vouches for it."""

    tenant_id: UUID
    subject: str
    kind: Literal["person", "machine", "service"]
    person_id: UUID | None = None
    grants: tuple[Grant, ...] = ()
    scopes: frozenset[str] = frozenset()
    actor: str | None = None
    acr: str = ""
    auth_time: datetime | None = None
    standing_checked_at: datetime | None = None
    locale: str = "en"
    issuer: str = ""
    issuer_subject: str = ""
    signer_name: str = ""

    def has_role(self, role: str) -> bool:
        """Tell whether the role is held anywhere in the tenant."""
        return any(grant.role == role for grant in self.grants)

    def units(self, role: str) -> frozenset[UUID | None]:
        """Return the root units of the role's grants; None stands for the whole tenant."""
        return frozenset(grant.unit_id for grant in self.grants if grant.role == role)

    @classmethod
    def of_service(cls, service: str, tenant_id: UUID, actor: str | None = None) -> "Identity":
        """Return the identity under which a service acts by itself, for the recorded actor."""
        return cls(tenant_id, f"service:{service}", "service", actor=actor)


class SignedByAnother(Unauthenticated):
    """The identity is good, but another service than the calling one vouches for it."""


@dataclass
class TokenMint:
    """Signs internal identities with this service's own ES256 key."""

    issuer: str
    key: Callable[[], SigningKey]

    @classmethod
    def load(cls, issuer: str, key_file: Path) -> "TokenMint":
        """Read the private key (PEM) of this service, and read it again when the file changes."""
        return cls(issuer, Watched(key_file, lambda pem: SigningKey.of_pem(issuer, pem)))

    def mint(self, identity: Identity, now: datetime, lifetime: timedelta = LIFETIME) -> str:
        """Return a signed token for the identity, valid from `now` (real time) for `lifetime`."""
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
            **_to_claims(identity),
        }
        signing = self.key()
        return jwt.encode({"alg": "ES256", "kid": signing.kid}, claims, signing.key, algorithms=["ES256"])


class TokenVerifier:
    """Verifies internal identities against the trust file: one JWK set whose kids name their issuer."""

    def __init__(self, trust_file: Path) -> None:
        self._trusted = Watched(trust_file, _trust)

    def verify(self, token: str, now: datetime, workload: str | None = None) -> Identity:
        """Return the identity; raise Unauthenticated for anything forged, foreign or expired.

        A service's key may only speak for `service:<itself>`; the gateway's may speak for anyone. Where the calling
        workload is known, the key must be its own, else SignedByAnother: a service cannot pass on what it was sent.
        """
        issuer, identity = self._verified(token, now)
        if workload is not None and issuer != workload:
            raise SignedByAnother
        return identity

    def _verified(self, token: str, now: datetime) -> tuple[str, Identity]:
        seconds = int(now.timestamp())
        trusted = self._trusted()
        if (known := trusted.seen.get(token)) and known[0] > seconds:
            return known[1:]
        try:
            decoded = jwt.decode(token, trusted.keys, algorithms=["ES256"])
            claims = decoded.claims
            issuer = str(claims["iss"])
            if str(decoded.header.get("kid", "")).rsplit(":", 1)[0] != issuer:
                raise Unauthenticated
            if claims["aud"] != AUDIENCE or int(claims["exp"]) <= seconds or int(claims["iat"]) > seconds + 30:
                raise Unauthenticated
            identity = _from_claims(claims)
        except (JoseError, KeyError, ValueError, TypeError) as broken:
            raise Unauthenticated from broken
        if issuer != "gateway" and identity.subject != f"service:{issuer}":
            raise Unauthenticated
        if len(trusted.seen) >= _CACHE_LIMIT:
            trusted.seen.clear()
        trusted.seen[token] = (int(claims["exp"]), issuer, identity)
        return issuer, identity


@dataclass
class _Trusted:
    # Tokens verified by these keys are forgotten with them: a key that is taken out speaks for nobody any more.
    keys: KeySet
    seen: dict[str, tuple[int, str, Identity]] = field(default_factory=dict)


def _trust(text: str) -> _Trusted:
    return _Trusted(KeySet.import_key_set(json.loads(text)))


def _to_claims(identity: Identity) -> dict[str, Any]:
    optional = {
        "pid": str(identity.person_id) if identity.person_id else None,
        "act": identity.actor,
        "acr": identity.acr,
        "at": int(identity.auth_time.timestamp()) if identity.auth_time else None,
        "std": int(identity.standing_checked_at.timestamp()) if identity.standing_checked_at else None,
        "ii": identity.issuer,
        "is": identity.issuer_subject,
        "sn": identity.signer_name,
        "scp": sorted(identity.scopes),
        "gr": [[grant.role, str(grant.unit_id) if grant.unit_id else ""] for grant in identity.grants],
    }
    return {
        "sub": identity.subject,
        "tid": str(identity.tenant_id),
        "knd": identity.kind,
        "loc": identity.locale,
        **{name: value for name, value in optional.items() if value},
    }


def _from_claims(claims: Mapping[str, Any]) -> Identity:
    def moment(name: str) -> datetime | None:
        return datetime.fromtimestamp(claims[name], UTC) if name in claims else None

    return Identity(
        tenant_id=UUID(claims["tid"]),
        subject=claims["sub"],
        kind=claims["knd"],
        person_id=UUID(claims["pid"]) if "pid" in claims else None,
        grants=tuple(Grant(role, UUID(unit) if unit else None) for role, unit in claims.get("gr", [])),
        scopes=frozenset(claims.get("scp", [])),
        actor=claims.get("act"),
        acr=claims.get("acr", ""),
        auth_time=moment("at"),
        standing_checked_at=moment("std"),
        locale=claims.get("loc", "en"),
        issuer=claims.get("ii", ""),
        issuer_subject=claims.get("is", ""),
        signer_name=claims.get("sn", ""),
    )
