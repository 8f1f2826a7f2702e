"""An identity provider that can be made to misbehave."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from common.keyring import fetch_with
from gateway.issuers import Issuer, Issuers
from gateway.tokens import AccessTokens
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

ISSUER = "https://id.example.com/acme"
AUDIENCE = "urn:tandem:api"
TENANT = UUID("01935d3a-7c1e-7b52-9d58-0c8f4a1b2c3d")


@dataclass
class HostileIssuer:
    """Signs whatever it is asked to, and serves its keys as its switches say."""

    keys: dict[str, RSAKey | ECKey] = field(default_factory=dict)
    fetches: int = 0
    status: int = 200
    body: bytes | None = None

    def __post_init__(self) -> None:
        self.keys["rsa-1"] = RSAKey.generate_key(2048)
        self.keys["ec-1"] = ECKey.generate_key("P-256")

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Return good claims, changed; a claim set to None is left out."""
        now = int(datetime.now(UTC).timestamp())
        good = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "subject-1",
            "client_id": "portal",
            "jti": uuid4().hex,
            "iat": now,
            "exp": now + 300,
            "employee_number": "E1001",
            "auth_time": now - 10,
            "acr": "urn:tandem:fresh",
        }
        return {name: value for name, value in (good | changes).items() if value is not None}

    def token(
        self,
        *,
        kid: str = "rsa-1",
        alg: str = "RS256",
        typ: str | None = "at+jwt",
        header: dict[str, Any] | None = None,
        key: Any = None,
        **changes: Any,
    ) -> str:
        """Return a signed token: good unless told otherwise."""
        head = {"alg": alg, "kid": kid, **({"typ": typ} if typ else {}), **(header or {})}
        signing = key or self.keys.get(kid) or self.keys["rsa-1"]
        return jwt.encode(head, self.claims(**changes), signing, algorithms=[alg])

    async def serve_keys(self, _: Request) -> Response:
        """Serve the key set."""
        self.fetches += 1
        document = {"keys": [{**key.as_dict(private=False), "kid": kid} for kid, key in self.keys.items()]}
        return Response(self.body or json.dumps(document), self.status, media_type="application/json")


@pytest.fixture
def provider() -> HostileIssuer:
    """A provider with one RSA and one EC key."""
    return HostileIssuer()


@pytest.fixture
async def issuers(provider: HostileIssuer) -> AsyncIterator[Issuers]:
    """The gateway's list of issuers, holding the provider as tenant `TENANT`'s."""
    app = Starlette(routes=[Route("/jwks", provider.serve_keys)])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://id") as client:
        listed = Issuers(fetch_with(client))
        listed.replace([Issuer(ISSUER, TENANT, AUDIENCE, "http://id/jwks", "employee_number")])
        yield listed


@pytest.fixture
def tokens(issuers: Issuers) -> AccessTokens:
    """The verifier over these issuers."""
    return AccessTokens(issuers)
