"""Keys as an operator makes and changes them: no step refuses a pod that is late."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from common.errors import Unauthenticated
from common.identity import Identity, TokenMint, TokenVerifier
from common.pagination import PageTokens
from common.sealed import MasterKeys
from common.secret import DEVELOPMENT_MARK
from ops.cli import app
from ops.key_files import KeyFiles
from ops.topology import SERVICES
from typer.testing import CliRunner

NOW = datetime(2026, 9, 30, tzinfo=UTC)
WHO = Identity(uuid4(), "person:1", "person")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    KeyFiles(tmp_path).create()
    return tmp_path


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_services_run_with_the_keys_and_production_takes_them(folder: Path) -> None:
    for service in SERVICES:
        token = TokenMint.load(service.name, folder / service.name / "signing.pem").mint(
            Identity.of_service(service.name, uuid4()), NOW
        )
        TokenVerifier(folder / "keys" / "trust.jwks").verify(token, NOW)
    PageTokens.load(folder / "keys" / "page.key")
    assert MasterKeys.load(folder / "keys" / "master.json").current == "1"
    for name, text in contents(folder).items():
        assert DEVELOPMENT_MARK not in text, name
        assert (folder / name).stat().st_mode & 0o777 == 0o600, name


def test_making_them_again_changes_nothing(folder: Path) -> None:
    before = contents(folder)
    assert CliRunner().invoke(app, ["keys", "--secrets", str(folder)]).exit_code == 0
    assert contents(folder) == before


def test_a_signing_key_is_changed_in_three_steps_none_of_which_refuses_a_late_pod(folder: Path) -> None:
    trust, signing = folder / "keys" / "trust.jwks", folder / "gateway" / "signing.pem"

    def step() -> str:
        done = CliRunner().invoke(app, ["keys", "--secrets", str(folder), "--rotate", "gateway"])
        assert done.exit_code == 0
        return done.output

    def trusts(token: str) -> bool:
        try:
            return TokenVerifier(trust).verify(token, NOW) == WHO
        except Unauthenticated:
            return False

    old = TokenMint.load("gateway", signing).mint(WHO, NOW)
    assert "trust.jwks" in step()
    assert TokenMint.load("gateway", signing).mint(WHO, NOW).split(".")[0] == old.split(".")[0]
    late_trust = trust.read_text()

    assert "signing.pem" in step()
    new = TokenMint.load("gateway", signing).mint(WHO, NOW)
    assert new.split(".")[0] != old.split(".")[0]
    assert (trusts(old), trusts(new)) == (True, True)
    now_trust = trust.read_text()
    trust.write_text(late_trust)
    assert trusts(new)
    trust.write_text(now_trust)

    assert "over" in step()
    assert (trusts(old), trusts(new)) == (False, True)


def test_the_key_of_an_unknown_service_is_not_changed(folder: Path) -> None:
    refused = CliRunner().invoke(app, ["keys", "--secrets", str(folder), "--rotate", "postgres"])
    assert refused.exit_code == 2
    assert not (folder / "postgres").exists()
