"""Keys derived from a seed: pods agree on them, and nobody else can make or use them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from common.errors import Unauthenticated
from common.identity import Identity, TokenMint, TokenVerifier
from common.sealed import MasterKeys
from common.secret import DEVELOPMENT_MARK
from ops.evaluation import write_keys
from ops.topology import SERVICES

SEED = "a seed of some length"
NOW = datetime(2026, 9, 1, tzinfo=UTC)


def keys_of(folder: Path, service: str, seed: str = SEED) -> Path:
    place = folder / f"{service}-{seed[:3]}"
    place.mkdir()
    write_keys(seed, service, place)
    return place


def token(folder: Path, service: str) -> str:
    mint = TokenMint.load(service, folder / "signing.pem")
    return mint.mint(Identity.of_service(service, uuid4()), NOW)


def test_every_pod_trusts_the_others(tmp_path: Path):
    folders = {service.name: keys_of(tmp_path, service.name) for service in SERVICES}
    verifier = TokenVerifier(folders["directory"] / "trust.jwks")

    for name, folder in folders.items():
        assert verifier.verify(token(folder, name), NOW).subject == f"service:{name}"


def test_pods_share_the_master_key_and_no_signing_key(tmp_path: Path):
    directory, metrics = keys_of(tmp_path, "directory"), keys_of(tmp_path, "metrics")
    tenant = uuid4()

    shared = [MasterKeys.load(each / "master.json").tenant_key(tenant).secret for each in (directory, metrics)]
    assert shared[0] == shared[1]
    assert (directory / "page.key").read_text() == (metrics / "page.key").read_text()
    assert (directory / "signing.pem").read_text() != (metrics / "signing.pem").read_text()


def test_another_seed_gives_keys_that_are_not_trusted(tmp_path: Path):
    ours, theirs = keys_of(tmp_path, "directory"), keys_of(tmp_path, "metrics", "other seed of some length")

    with pytest.raises(Unauthenticated):
        TokenVerifier(ours / "trust.jwks").verify(token(theirs, "metrics"), NOW)


def test_production_can_tell_each_file(tmp_path: Path):
    folder = keys_of(tmp_path, "directory")

    assert [path.name for path in folder.iterdir() if DEVELOPMENT_MARK not in path.read_text()] == []
    assert len(json.loads((folder / "trust.jwks").read_text())["keys"]) == len(SERVICES)


def test_a_short_seed_is_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="at least 16"):
        write_keys("short", "directory", tmp_path)
