"""The development identity provider, over HTTP."""

import base64
import hashlib
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest
from devstack.background import Background
from devstack.identity import IdentityProvider, Refused, add_issuer, mint_token
from devstack.passwords import Passwords
from devstack.ports import any_free
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from ops.topology import AUDIENCE

CALLBACK = "http://127.0.0.1:9/auth/callback"
VERIFIER = "a" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows redirects within the provider only; the portal's address does not answer here."""

    def redirect_request(self, request: Any, *rest: Any) -> Any:
        return None if rest[-1].startswith(CALLBACK) else super().redirect_request(request, *rest)


@pytest.fixture(scope="module")
def provider(
    tmp_path_factory: pytest.TempPathFactory, background: Background, npm_packages: Path
) -> Iterator[IdentityProvider]:
    folder = tmp_path_factory.mktemp("identity")
    passwords = Passwords(folder / "passwords.json")
    provider = IdentityProvider(npm_packages, folder / "issuers", any_free(1)[0], passwords, ("heron", "osprey"))
    background.run(provider.install())
    process = provider.process(lambda name, line: None)
    background.run(process.start())
    yield provider
    background.run(process.stop())


def post(url: str, fields: dict[str, str], **headers: str) -> dict[str, Any]:
    request = urllib.request.Request(url, urllib.parse.urlencode(fields).encode(), headers)
    with urllib.request.urlopen(request, timeout=5) as answer:
        return dict(json.load(answer))


def verified(provider: IdentityProvider, issuer: str, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    with urllib.request.urlopen(f"{provider.issuer(issuer)}/jwks", timeout=5) as answer:
        decoded = jwt.decode(token, KeySet.import_key_set(json.load(answer)), algorithms=["ES256"])
    return decoded.header, decoded.claims


def test_a_minted_token_is_an_access_token_for_the_api_that_names_the_person(provider: IdentityProvider) -> None:
    header, claims = verified(provider, "heron", mint_token(provider.url, "heron", "E-7", auth_time=1000, acr="x"))

    assert header["typ"] == "at+jwt"
    assert (claims["iss"], claims["aud"]) == (provider.issuer("heron"), AUDIENCE)
    assert (claims["external_id"], claims["acr"], claims["auth_time"]) == ("E-7", "x", 1000)
    assert claims["exp"] - claims["iat"] == 300
    assert {"sub", "client_id", "jti"} <= claims.keys()


def test_the_same_person_has_the_same_subject_however_the_token_came(provider: IdentityProvider) -> None:
    _, minted = verified(provider, "heron", mint_token(provider.url, "heron", "E-7"))

    _, logged_in = verified(provider, "heron", exchange(provider, log_in(provider, "E-7"))["access_token"])

    assert logged_in["sub"] == minted["sub"]
    assert (logged_in["external_id"], logged_in["aud"]) == ("E-7", AUDIENCE)
    assert logged_in["auth_time"] >= minted["auth_time"]


def test_a_token_of_one_issuer_does_not_verify_with_the_keys_of_another(provider: IdentityProvider) -> None:
    token = mint_token(provider.url, "heron", "E-7")

    with pytest.raises(JoseError, match="key"):
        verified(provider, "osprey", token)


def test_a_machine_gets_the_scopes_it_asks_for_and_no_person(provider: IdentityProvider) -> None:
    secret = base64.b64encode(f"tandem-machine:{provider.machine_secret}".encode()).decode()
    fields = {"grant_type": "client_credentials", "scope": "people:write kpis:write"}

    answer = post(f"{provider.issuer('heron')}/token", fields, Authorization=f"Basic {secret}")

    _, claims = verified(provider, "heron", answer["access_token"])
    assert (claims["scope"], claims["sub"]) == ("people:write kpis:write", "tandem-machine")
    assert "external_id" not in claims


def test_a_machine_without_its_secret_is_refused(provider: IdentityProvider) -> None:
    secret = base64.b64encode(b"tandem-machine:wrong").decode()

    with pytest.raises(urllib.error.HTTPError, match="401"):
        post(
            f"{provider.issuer('heron')}/token",
            {"grant_type": "client_credentials"},
            Authorization=f"Basic {secret}",
        )


def test_a_code_is_worth_nothing_without_its_verifier(provider: IdentityProvider) -> None:
    with pytest.raises(urllib.error.HTTPError, match="400"):
        exchange(provider, log_in(provider, "E-7"), verifier="b" * 64)


def test_an_issuer_opened_later_works_and_is_still_there_after_a_restart(
    provider: IdentityProvider, background: Background
) -> None:
    first = add_issuer(provider.url, "kite")["issuer"]
    _, before = verified(provider, "kite", mint_token(provider.url, first, "E-1"))

    other = IdentityProvider(provider.packages, provider.folder, any_free(1)[0], provider.passwords, ("heron",))
    process = other.process(lambda name, line: None)
    background.run(process.start())
    token = mint_token(other.url, "kite", "E-1")
    background.run(process.stop())

    _, after = verified(provider, "kite", token)
    assert after["sub"] == before["sub"]


@pytest.mark.parametrize("name", ["", "UPPER", "a/b", "../x"])
def test_an_issuer_needs_a_plain_name(provider: IdentityProvider, name: str) -> None:
    with pytest.raises(Refused, match="issuer name"):
        add_issuer(provider.url, name)


@pytest.mark.parametrize("headers", [{"Host": "evil.test"}, {"Origin": "http://evil.test"}])
def test_a_web_page_cannot_reach_the_shortcuts(provider: IdentityProvider, headers: dict[str, str]) -> None:
    request = urllib.request.Request(f"{provider.url}/dev/token", b'{"issuer":"heron","external_id":"E-7"}', headers)

    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request, timeout=5)


def log_in(provider: IdentityProvider, external_id: str) -> str:
    """Log in as a browser does and return the code."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), Stay)
    query = {
        "client_id": "tandem-portal",
        "response_type": "code",
        "scope": "openid",
        "redirect_uri": CALLBACK,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "state": "s",
        "nonce": "n",
    }
    page = browser.open(f"{provider.issuer('heron')}/auth?{urllib.parse.urlencode(query)}", timeout=5)
    action = re.search(r'action="([^"]+)"', page.read().decode())
    assert action is not None
    form = urllib.parse.urlencode({"external_id": external_id}).encode()
    with pytest.raises(urllib.error.HTTPError) as redirected:
        browser.open(f"{provider.url}{action[1]}", form, timeout=5)
    answer = urllib.parse.parse_qs(urllib.parse.urlsplit(redirected.value.headers["location"]).query)
    assert (answer["state"], answer["iss"]) == (["s"], [provider.issuer("heron")])
    return answer["code"][0]


def exchange(provider: IdentityProvider, code: str, verifier: str = VERIFIER) -> dict[str, Any]:
    fields = {"grant_type": "authorization_code", "code": code, "client_id": "tandem-portal"}
    return post(f"{provider.issuer('heron')}/token", {**fields, "redirect_uri": CALLBACK, "code_verifier": verifier})
