"""What a process says of an environment that does not fit, and what it does not say."""

from pathlib import Path

import pytest
from common.secret import DEVELOPMENT_MARK
from common.settings import MigrationSettings, ServiceSettings, read_settings
from common.workload_settings import known_workloads, own_tokens

PASSWORD = "hunter2"


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """A whole environment, with the databases' URLs outright."""
    for name in ("signing_key", "master_key", "page_key", "trust"):
        (tmp_path / name).write_text("x")
        monkeypatch.setenv(f"TANDEM_{name.upper()}_FILE", str(tmp_path / name))
    plain = {
        "ENVIRONMENT": "production",
        "LISTEN": "127.0.0.1:1",
        "NATS_URL": "nats://127.0.0.1:2",
        "BLOBS": "file:///tmp",
        "DSN_APP": f"postgresql+asyncpg://app:{PASSWORD}@db/tandem",
        "DSN_WORKER": f"postgresql+asyncpg://worker:{PASSWORD}@db/tandem",
    }
    for name, value in plain.items():
        monkeypatch.setenv(f"TANDEM_{name}", value)
    return monkeypatch


def refusal(capsys: pytest.CaptureFixture[str], kind: type[ServiceSettings] | type[MigrationSettings]) -> str:
    with pytest.raises(SystemExit) as ended:
        read_settings(kind, "probe")
    said = capsys.readouterr()
    text = f"{ended.value.code} {said.out} {said.err}"
    assert PASSWORD not in text
    return text


def test_a_secret_is_taken_outright_or_from_its_file(given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "dsn").write_text("postgresql+asyncpg://in-a-file\n")
    given.delenv("TANDEM_DSN_WORKER")
    given.setenv("TANDEM_DSN_WORKER_FILE", str(tmp_path / "dsn"))
    settings = read_settings(ServiceSettings, "probe")
    assert settings.secret("dsn_app").read().endswith("@db/tandem")
    assert settings.secret("dsn_worker").read() == "postgresql+asyncpg://in-a-file"
    assert settings.secret("nats_password").read() == ""
    (tmp_path / "dsn").write_text("postgresql+asyncpg://rotated")
    assert PASSWORD not in repr(settings)


def test_a_secret_in_a_file_is_what_the_file_holds_now(given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("first")
    given.setenv("TANDEM_NATS_PASSWORD_FILE", str(tmp_path / "password"))
    secret = read_settings(ServiceSettings, "probe").secret("nats_password")
    assert secret.read() == "first"
    (tmp_path / "password").write_text("second")
    assert secret.read() == "second"


def test_a_missing_secret_is_named_with_both_its_variables(
    given: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given.delenv("TANDEM_DSN_APP")
    text = refusal(capsys, ServiceSettings)
    assert "TANDEM_DSN_APP is missing; give it, or TANDEM_DSN_APP_FILE" in text
    assert "TANDEM_DSN_WORKER" not in text
    assert "TANDEM_DSN_OWNER is missing" in refusal(capsys, MigrationSettings)


def test_a_secret_given_twice_is_refused(
    given: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given.setenv("TANDEM_DSN_APP_FILE", str(tmp_path / "trust"))
    assert "TANDEM_DSN_APP and TANDEM_DSN_APP_FILE are both given" in refusal(capsys, ServiceSettings)


def test_a_file_that_is_not_there_is_named(
    given: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given.setenv("TANDEM_NATS_PASSWORD_FILE", str(tmp_path / "nowhere"))
    assert f"TANDEM_NATS_PASSWORD_FILE: there is no file {tmp_path}/nowhere" in refusal(capsys, ServiceSettings)


def test_a_missing_plain_setting_is_named_without_quoting_the_others(
    given: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given.delenv("TANDEM_LISTEN")
    given.setenv("TANDEM_ENVIRONMENT", "staging")
    text = refusal(capsys, ServiceSettings)
    assert "TANDEM_LISTEN: Field required" in text
    assert "TANDEM_ENVIRONMENT: Input should be 'development' or 'production'" in text


@pytest.mark.parametrize("name", ["SIGNING_KEY_FILE", "MASTER_KEY_FILE", "PAGE_KEY_FILE", "TRUST_FILE"])
def test_production_refuses_a_file_that_a_development_stack_made(
    given: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / "made").write_text(f"{DEVELOPMENT_MARK}\n-----BEGIN")
    given.setenv(f"TANDEM_{name}", str(tmp_path / "made"))
    assert f"TANDEM_{name} was made by a development stack" in refusal(capsys, ServiceSettings)
    given.setenv("TANDEM_ENVIRONMENT", "development")
    assert read_settings(ServiceSettings, "probe").environment == "development"


def test_production_refuses_a_password_that_a_development_stack_made(
    given: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given.setenv("TANDEM_DSN_APP", f"postgresql+asyncpg://app:{DEVELOPMENT_MARK}-{PASSWORD}@db/tandem")
    assert "TANDEM_DSN_APP was made by a development stack" in refusal(capsys, ServiceSettings)


@pytest.fixture
def identified(given: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Workload identity configured in full, for a service that calls directory."""
    (tmp_path / "keys.jwks").write_text('{"keys": []}')
    (tmp_path / "directory").write_text("token")
    given.setenv("TANDEM_CALLEES", '{"directory": "directory:50051"}')
    given.setenv("TANDEM_CALLERS", '{"gateway": "system:serviceaccount:tandem:tandem-gateway"}')
    given.setenv("TANDEM_WORKLOAD_ISSUER", "https://cluster.example")
    given.setenv("TANDEM_WORKLOAD_KEYS", str(tmp_path / "keys.jwks"))
    given.setenv("TANDEM_WORKLOAD_TOKENS", str(tmp_path))
    return given


def test_workload_identity_is_taken_whole(identified: pytest.MonkeyPatch) -> None:
    assert known_workloads("metrics", read_settings(ServiceSettings, "probe")) is not None


def test_workload_identity_is_off_where_nothing_of_it_is_given(given: pytest.MonkeyPatch) -> None:
    settings = read_settings(ServiceSettings, "probe")
    assert (known_workloads("metrics", settings), own_tokens(settings)) == (None, None)


@pytest.mark.parametrize("name", ["CALLERS", "WORKLOAD_ISSUER", "WORKLOAD_KEYS", "WORKLOAD_TOKENS"])
def test_half_a_workload_identity_is_refused(
    identified: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    identified.delenv(f"TANDEM_{name}")
    assert f"workload identity is half configured: TANDEM_{name} missing" in refusal(capsys, ServiceSettings)


def test_a_service_that_calls_nobody_needs_no_tokens(identified: pytest.MonkeyPatch) -> None:
    identified.delenv("TANDEM_WORKLOAD_TOKENS")
    identified.delenv("TANDEM_CALLEES")
    assert own_tokens(read_settings(ServiceSettings, "probe")) is None


def test_keys_come_from_a_file_that_is_there_or_by_https(
    identified: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    identified.setenv("TANDEM_WORKLOAD_KEYS", "http://kubernetes.default.svc/openid/v1/jwks")
    assert "TANDEM_WORKLOAD_KEYS is neither a file nor an https URL" in refusal(capsys, ServiceSettings)
    identified.setenv("TANDEM_WORKLOAD_KEYS", str(tmp_path / "nowhere"))
    assert f"TANDEM_WORKLOAD_KEYS: there is no file {tmp_path}/nowhere" in refusal(capsys, ServiceSettings)
    (tmp_path / "made.jwks").write_text(DEVELOPMENT_MARK)
    identified.setenv("TANDEM_WORKLOAD_KEYS", str(tmp_path / "made.jwks"))
    assert "TANDEM_WORKLOAD_KEYS was made by a development stack" in refusal(capsys, ServiceSettings)


def test_a_callee_without_a_token_is_named(
    identified: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "directory").unlink()
    assert "TANDEM_WORKLOAD_TOKENS holds no token for directory" in refusal(capsys, ServiceSettings)
