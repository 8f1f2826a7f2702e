"""The development stack's token issuer, as services see it."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from common.secret import DEVELOPMENT_MARK
from common.settings import ServiceSettings, read_settings
from common.workload import WorkloadNotListed, WorkloadRefused, Workloads
from common.workload_settings import known_workloads
from devstack.keys import Keys
from devstack.workloads import WorkloadIssuer
from ops.topology import BY_NAME, SERVICES, callers_of


@pytest.fixture
def issuer(tmp_path: Path) -> WorkloadIssuer:
    made = WorkloadIssuer(tmp_path / "workloads", 600)
    made.open()
    return made


@pytest.fixture
def directory(issuer: WorkloadIssuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workloads:
    """Directory's check, wired from the settings that the stack gives it."""
    keys = Keys(tmp_path / "keys")
    keys.create()
    settings = {
        "ENVIRONMENT": "development",
        "LISTEN": "127.0.0.1:1",
        "NATS_URL": "nats://127.0.0.1:2",
        "BLOBS": "file:///tmp",
        "DSN_APP": "x",
        "DSN_WORKER": "x",
        "SIGNING_KEY_FILE": str(keys.signing_key_file("directory")),
        "MASTER_KEY_FILE": str(keys.master_key_file),
        "PAGE_KEY_FILE": str(keys.page_key_file),
        "TRUST_FILE": str(keys.trust_file),
        **issuer.settings(BY_NAME["directory"]),
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"TANDEM_{name}", value)
    found = known_workloads("directory", read_settings(ServiceSettings, "directory"))
    assert found is not None
    return found


def now() -> datetime:
    return datetime.now(UTC)


async def test_exactly_those_that_call_a_service_are_let_in(issuer: WorkloadIssuer, directory: Workloads) -> None:
    let_in = []
    for service in SERVICES:
        try:
            let_in.append(await directory.caller(issuer.token(service.name, "directory"), now()))
        except WorkloadNotListed:
            continue
    assert tuple(let_in) == callers_of("directory")
    assert {"scheduling", "metrics", "plan-tracking"}.isdisjoint(let_in)


async def test_a_token_for_another_callee_is_not_taken(issuer: WorkloadIssuer, directory: Workloads) -> None:
    replayed = (issuer.tokens_of("gateway") / "scheduling").read_text()
    with pytest.raises(WorkloadRefused):
        await directory.caller(replayed, now())


async def test_the_issuers_key_changes_without_a_refusal(
    issuer: WorkloadIssuer, directory: Workloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory._keys, "_cooldown", 0.0)
    file = issuer.tokens_of("gateway") / "directory"
    old = file.read_text()
    assert await directory.caller(old, now()) == "gateway"
    issuer.announce_key()
    assert await directory.caller(old, now()) == "gateway"
    issuer.use_announced_key()
    assert file.read_text() != old
    assert await directory.caller(file.read_text(), now()) == "gateway"
    # The list without the old key has been read by now, so that what it signed is over.
    with pytest.raises(WorkloadRefused):
        await directory.caller(old, now())


def test_what_the_stack_makes_bears_the_mark(issuer: WorkloadIssuer, tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys")
    keys.create()
    for path in (*(tmp_path / "keys").iterdir(), issuer.keys_file):
        assert DEVELOPMENT_MARK in path.read_text(), path


def test_a_renewed_token_stays_with_the_user_it_was_given_to(issuer: WorkloadIssuer) -> None:
    # Only root gives files away, as the stack does to services in containers.
    user = 10001 if os.geteuid() == 0 else os.geteuid()
    file = issuer.tokens_of("gateway") / "directory"
    os.chown(file, user, -1)
    issuer.renew()
    assert (file.stat().st_uid, file.stat().st_mode & 0o777) == (user, 0o600)


def test_the_stacks_renewal_and_a_tests_do_not_disturb_each_other(issuer: WorkloadIssuer) -> None:
    with ThreadPoolExecutor(4) as threads:
        for renewed in [threads.submit(issuer.renew) for _ in range(40)]:
            renewed.result()
    assert all(len(list(issuer.tokens_of(each.name).iterdir())) == len(each.calls) for each in SERVICES if each.calls)
