"""T20: tokens that must not pass, and the few odd ones that must."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from common.keyring import COOLDOWN, FRESH, KEEP, KeyRing
from gateway.issuers import Issuer, Issuers
from gateway.refusals import TokenRejected
from gateway.tokens import AccessTokens
from joserfc.jwk import ECKey, RSAKey

pytestmark = pytest.mark.faults


def _now() -> datetime:
    return datetime.now(UTC)


def _seconds() -> int:
    return int(_now().timestamp())


def _encode(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def _unsigned(provider: Any) -> str:
    return f"{_encode({'alg': 'none', 'typ': 'at+jwt', 'kid': 'rsa-1'})}.{_encode(provider.claims())}."


def _signed_with_the_public_key(provider: Any) -> str:
    head = _encode({"alg": "HS256", "typ": "at+jwt", "kid": "rsa-1"})
    signed = f"{head}.{_encode(provider.claims())}"
    secret = provider.keys["rsa-1"].as_pem(private=False)
    mac = hmac.digest(secret, signed.encode(), hashlib.sha256)
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _altered(provider: Any) -> str:
    head, _, signature = provider.token().split(".")
    return f"{head}.{_encode(provider.claims(sub='subject-2'))}.{signature}"


def _with_its_own_key(provider: Any) -> str:
    own = RSAKey.generate_key(2048)
    return provider.token(key=own, header={"jwk": own.as_dict(private=False)})


def _with_a_key_elsewhere(provider: Any) -> str:
    own = RSAKey.generate_key(2048)
    return provider.token(kid="theirs", key=own, header={"jku": "http://evil.example.com/jwks", "x5u": "http://evil"})


BAD: dict[str, Callable[[Any], str]] = {
    "unsigned": _unsigned,
    "hmac with the public key": _signed_with_the_public_key,
    "altered claims": _altered,
    "a key in its own header": _with_its_own_key,
    "a key set of its own": _with_a_key_elsewhere,
    "another audience": lambda p: p.token(aud="urn:other"),
    "no audience": lambda p: p.token(aud=None),
    "another issuer": lambda p: p.token(iss="https://id.example.com/acme/"),
    "an ID token": lambda p: p.token(typ="JWT", aud=["urn:tandem:api"], nonce="n"),
    "no type": lambda p: p.token(typ=None),
    "an algorithm not allowed": lambda p: p.token(alg="RS512"),
    "expired 31 seconds ago": lambda p: p.token(iat=_seconds() - 300, exp=_seconds() - 31),
    "not valid before a later time": lambda p: p.token(nbf=_seconds() + 60),
    "issued in the future": lambda p: p.token(iat=_seconds() + 60),
    "living more than an hour": lambda p: p.token(exp=_seconds() + 3700),
    "no expiry": lambda p: p.token(exp=None),
    "an expiry that is no number": lambda p: p.token(exp="9999999999"),
    "no token id": lambda p: p.token(jti=None),
    "no client": lambda p: p.token(client_id=None),
    "no subject": lambda p: p.token(sub=None),
    "an unknown key": lambda p: p.token(kid="unknown"),
    "a critical extension": lambda p: p.token(header={"crit": ["b64"], "b64": True}),
    "an algorithm of another key type": lambda p: p.token(kid="ec-1", key=p.keys["rsa-1"]),
    "three dots": lambda p: p.token() + ".x",
    "no token at all": lambda p: "not a token",
    "a huge token": lambda p: p.token(more="x" * 9000),
}


@pytest.mark.parametrize("kind", BAD)
async def test_a_bad_token_is_rejected(kind: str, provider: Any, tokens: AccessTokens) -> None:
    with pytest.raises(TokenRejected):
        await tokens.verify(BAD[kind](provider), _now())


@pytest.mark.parametrize(("kid", "alg"), [("rsa-1", "RS256"), ("rsa-1", "PS256"), ("ec-1", "ES256")])
async def test_a_good_token_tells_who_when_and_how(kid: str, alg: str, provider: Any, tokens: AccessTokens) -> None:
    token = await tokens.verify(provider.token(kid=kid, alg=alg, aud=["other", "urn:tandem:api"]), _now())
    assert (token.subject, token.client_id, token.external_id) == ("subject-1", "portal", "E1001")
    assert token.acr == "urn:tandem:fresh"
    assert token.auth_time is not None
    assert not token.is_machine


async def test_an_expiry_29_seconds_ago_is_within_the_leeway(provider: Any, tokens: AccessTokens) -> None:
    assert await tokens.verify(provider.token(iat=_seconds() - 300, exp=_seconds() - 29), _now())


async def test_a_remembered_token_still_expires(provider: Any, tokens: AccessTokens) -> None:
    token = provider.token(exp=_seconds() + 10)
    await tokens.verify(token, _now())
    with pytest.raises(TokenRejected):
        await tokens.verify(token, datetime.fromtimestamp(_seconds() + 41, UTC))


async def test_a_remembered_token_falls_with_its_issuer(provider: Any, tokens: AccessTokens, issuers: Issuers) -> None:
    token = provider.token()
    await tokens.verify(token, _now())
    issuers.replace([])
    with pytest.raises(TokenRejected):
        await tokens.verify(token, _now())


async def test_a_plain_jwt_passes_only_where_allowed_and_with_a_scope(
    provider: Any, tokens: AccessTokens, issuers: Issuers
) -> None:
    strict = issuers.get("https://id.example.com/acme")
    assert strict is not None
    issuers.replace([Issuer(**{**vars(strict), "accepts_plain_jwt": True})])
    assert await tokens.verify(provider.token(typ="JWT", scope="api"), _now())
    with pytest.raises(TokenRejected):
        await tokens.verify(provider.token(typ="JWT"), _now())


async def test_a_thousand_unknown_keys_cost_two_fetches(provider: Any, tokens: AccessTokens) -> None:
    await tokens.verify(provider.token(), _now())
    forged = [provider.token(kid=f"unknown-{number}", key=provider.keys["ec-1"], alg="ES256") for number in range(1000)]
    answers = await asyncio.gather(*(tokens.verify(each, _now()) for each in forged), return_exceptions=True)
    assert all(isinstance(answer, TokenRejected) for answer in answers)
    assert provider.fetches <= 2


class _Ring:
    """A key ring with a clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.fetches = 0
        self.answer: dict[str, Any] | None = {"keys": []}
        self.ring = KeyRing("http://id/jwks", self._fetch, lambda: self.now)

    def publish(self, *kids: str) -> None:
        key = ECKey.generate_key("P-256").as_dict(private=False)
        self.answer = {"keys": [{**key, "kid": kid} for kid in kids]}

    async def _fetch(self, uri: str) -> bytes:
        self.fetches += 1
        if self.answer is None:
            raise ConnectionError
        return json.dumps(self.answer).encode()


async def test_a_rotated_key_is_found_once_the_cooldown_is_over() -> None:
    held = _Ring()
    held.publish("old")
    assert await held.ring.find("old")
    held.publish("old", "new")
    assert await held.ring.find("new") is None
    held.now += COOLDOWN
    assert await held.ring.find("new")


async def test_keys_outlive_an_issuer_that_is_down_by_an_hour() -> None:
    held = _Ring()
    held.publish("old")
    assert await held.ring.find("old")
    held.answer = None
    held.now += FRESH + 1
    assert await held.ring.find("old")
    held.now += KEEP - FRESH
    assert await held.ring.find("old") is None


async def test_a_failed_fetch_counts_as_an_attempt() -> None:
    held = _Ring()
    held.answer = None
    for _ in range(5):
        assert await held.ring.find("any") is None
    assert held.fetches == 1


async def test_weak_and_encryption_keys_are_not_taken() -> None:
    held = _Ring()
    weak = RSAKey.generate_key(1024).as_dict(private=False)
    sealing = ECKey.generate_key("P-256").as_dict(private=False)
    held.answer = {"keys": [{**weak, "kid": "weak"}, {**sealing, "kid": "sealing", "use": "enc"}]}
    assert await held.ring.find("weak") is None
    assert held.ring.known("sealing") is None
