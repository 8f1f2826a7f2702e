"""Which workload calls: what proves it, what does not, and what is counted."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from common.identity import Identity, SignedByAnother, TokenMint, TokenVerifier
from common.instruments import WORKLOAD_REFUSED
from common.signing_key import SigningKey, new_signing_pem
from common.workload import WorkloadNotListed, WorkloadRefused, Workloads, WorkloadTokens, workload_keys
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

NOW = datetime(2026, 9, 30, 9, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
ISSUER = "https://cluster.example"
GATEWAY = "system:serviceaccount:tandem:tandem-gateway"
OTHER = RSAKey.generate_key(2048)
STRANGER = "system:serviceaccount:tandem:tandem-scheduling"


class Cluster:
    """Signs tokens as a cluster does, and as nobody should."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "keys.jwks"
        self.keys: dict[str, RSAKey | ECKey] = {"rsa": RSAKey.generate_key(2048), "ec": ECKey.generate_key("P-256")}
        self.publish("rsa", "ec")

    def publish(self, *kids: str) -> None:
        keys = [{**self.keys[kid].as_dict(private=False), "kid": kid, "use": "sig"} for kid in kids]
        self.file.write_text(json.dumps({"keys": keys}))

    def claims(self, **changes: Any) -> dict[str, Any]:
        good = {
            "iss": ISSUER,
            "aud": ["tandem-directory"],
            "sub": GATEWAY,
            "iat": SECONDS - 60,
            "nbf": SECONDS - 60,
            "exp": SECONDS + 540,
        }
        return {name: value for name, value in (good | changes).items() if value is not None}

    def token(self, kid: str = "rsa", alg: str = "RS256", key: Any = None, head: Any = None, **changes: Any) -> str:
        payload = json.dumps(self.claims(**changes)).encode()
        header = {"alg": alg, "kid": kid, **(head or {})}
        return jws.serialize_compact(header, payload, key or self.keys[kid], algorithms=[alg])

    def forged(self, header: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
        parts = [encode(json.dumps(part).encode()) for part in (header, self.claims())]
        return ".".join([*parts, encode(sign(".".join(parts).encode()))])


def encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    return Cluster(tmp_path_factory.mktemp("cluster"))


@pytest.fixture
def cluster(keys: Cluster) -> Cluster:
    keys.publish("rsa", "ec")
    return keys


@pytest.fixture
def directory(cluster: Cluster) -> Workloads:
    return Workloads("directory", ISSUER, {"gateway": GATEWAY}, workload_keys(str(cluster.file)))


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(
        WORKLOAD_REFUSED, "add", lambda amount, facts: found.append((facts["caller"], facts["error.type"]))
    )
    return found


@pytest.mark.parametrize(
    "token",
    [
        lambda cluster: cluster.token(),
        lambda cluster: cluster.token("ec", "ES256"),
        lambda cluster: cluster.token(aud="tandem-directory"),
        lambda cluster: cluster.token(nbf=SECONDS + 20),
        lambda cluster: cluster.token(nbf=None),
        lambda cluster: cluster.token(exp=SECONDS + 1),
    ],
    ids=["RS256", "ES256", "one audience as text", "a clock that is ahead", "no nbf", "about to expire"],
)
async def test_a_good_token_of_a_listed_workload_names_the_caller(
    directory: Workloads, cluster: Cluster, token: Callable[[Cluster], str], counted: list[tuple[str, str]]
) -> None:
    assert [await directory.caller(token(cluster), NOW) for _ in range(2)] == ["gateway", "gateway"]
    assert counted == []


@pytest.mark.parametrize(
    ("token", "caller", "why"),
    [
        (lambda cluster: None, "unknown", "missing"),
        (lambda cluster: "", "unknown", "missing"),
        (lambda cluster: "not.a.token", "unknown", "malformed"),
        (lambda cluster: cluster.token() + "A" * 9000, "unknown", "malformed"),
        (lambda cluster: cluster.token(aud=["tandem-metrics"]), "gateway", "audience"),
        (lambda cluster: cluster.token(aud=["tandem-directory", "tandem-metrics"]), "gateway", "audience"),
        (lambda cluster: cluster.token(aud=None), "gateway", "audience"),
        (lambda cluster: cluster.token(aud=["https://kubernetes.default.svc"]), "gateway", "audience"),
        (lambda cluster: cluster.token(iss="https://other.example"), "gateway", "issuer"),
        (lambda cluster: cluster.token(exp=SECONDS), "gateway", "expired"),
        (lambda cluster: cluster.token(exp=None), "gateway", "malformed"),
        (lambda cluster: cluster.token(exp="never"), "gateway", "malformed"),
        (lambda cluster: cluster.token(nbf=SECONDS + 31), "gateway", "not_yet"),
        (lambda cluster: cluster.token(key=OTHER), "gateway", "signature"),
        (lambda cluster: cluster.token()[:-8] + "AAAAAAAA", "gateway", "signature"),
        (lambda cluster: cluster.token("ec", "RS256", key=cluster.keys["rsa"]), "gateway", "signature"),
        (lambda cluster: cluster.forged({"alg": "none", "kid": "rsa"}, lambda _: b""), "gateway", "algorithm"),
        (
            lambda cluster: cluster.forged({"alg": "RS256", "kid": "other"}, lambda _: b"x"),
            "gateway",
            "key",
        ),
        (
            lambda cluster: cluster.forged(
                {"alg": "HS256", "kid": "rsa"},
                lambda text: hmac.digest(cluster.keys["rsa"].as_pem(private=False), text, hashlib.sha256),
            ),
            "gateway",
            "algorithm",
        ),
        (
            lambda cluster: cluster.token(head={"jwk": OTHER.as_dict(private=False)}, key=OTHER),
            "unknown",
            "malformed",
        ),
    ],
)
async def test_what_proves_nothing_is_refused_and_counted(
    directory: Workloads,
    cluster: Cluster,
    counted: list[tuple[str, str]],
    token: Callable[[Cluster], str | None],
    caller: str,
    why: str,
) -> None:
    with pytest.raises(WorkloadRefused):
        await directory.caller(token(cluster), NOW)
    assert counted == [(caller, why)]


async def test_a_workload_that_may_not_call_is_refused_whoever_it_is(
    directory: Workloads, cluster: Cluster, counted: list[tuple[str, str]]
) -> None:
    for subject in (STRANGER, "system:serviceaccount:other:tandem-gateway", None):
        with pytest.raises(WorkloadNotListed):
            await directory.caller(cluster.token(sub=subject), NOW)
    assert set(counted) == {("unknown", "not_listed")}


async def test_a_token_that_was_good_is_refused_once_expired(
    directory: Workloads, cluster: Cluster, counted: list[tuple[str, str]]
) -> None:
    token = cluster.token(exp=SECONDS + 5)
    assert await directory.caller(token, NOW) == "gateway"
    with pytest.raises(WorkloadRefused):
        await directory.caller(token, NOW.replace(second=5))
    assert counted == [("gateway", "expired")]


def test_the_caller_sends_the_token_that_its_file_holds_and_says_when_it_expires(
    cluster: Cluster, tmp_path: Path
) -> None:
    (tmp_path / "directory").write_text(cluster.token() + "\n")
    tokens = WorkloadTokens(tmp_path, ["directory"])
    assert list(tokens.expiries()) == [(SECONDS + 540, {"credential": "workload:directory"})]
    (tmp_path / "directory").write_text(cluster.token(exp=SECONDS + 1200))
    assert list(tokens.expiries()) == [(SECONDS + 1200, {"credential": "workload:directory"})]


def test_a_caller_without_a_token_for_its_callee_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        WorkloadTokens(tmp_path, ["directory"])


def test_an_identity_is_taken_only_from_the_workload_that_signed_it(tmp_path: Path) -> None:
    keys = {name: SigningKey.of_pem(name, new_signing_pem()) for name in ("gateway", "metrics")}
    (tmp_path / "trust.jwks").write_text(json.dumps({"keys": [key.public for key in keys.values()]}))
    verifier = TokenVerifier(tmp_path / "trust.jwks")
    person = Identity(uuid4(), "person:1", "person")
    word = TokenMint("gateway", lambda: keys["gateway"]).mint(person, NOW)
    own = TokenMint("metrics", lambda: keys["metrics"]).mint(Identity.of_service("metrics", uuid4()), NOW)
    assert verifier.verify(word, NOW, "gateway") == person
    # Seen before, and still nobody else's.
    for token, workload in ((word, "metrics"), (own, "gateway")):
        with pytest.raises(SignedByAnother):
            verifier.verify(token, NOW, workload)
    assert verifier.verify(own, NOW, "metrics").subject == "service:metrics"
    # Where no workload is known, a mesh has let the call in.
    assert verifier.verify(word, NOW) == person
