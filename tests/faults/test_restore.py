"""An installation that has lived is backed up, destroyed and restored, both ways: what was promised holds again."""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from devstack.background import Background
from devstack.postgres import BINARIES, SERVER_USER
from devstack.process import group_of
from devstack.testing import StackUnderTest
from ops.topology import SERVICES, STORED

from tests.faults import history
from tests.journeys import Case
from tests.loops import achieve_in_english, hold_in_english, sign
from tests.plans import Plan
from tests.rest import Refused

pytestmark = pytest.mark.faults


class Site:
    """A stack with an operator: backups lie in a folder, `tandem-ops` has the administrator's secrets."""

    def __init__(self, stack: StackUnderTest, folder: Path) -> None:
        self.stack = stack
        self.backups = folder / "backups"
        self.processes: list[subprocess.Popen[bytes]] = []
        credentials, _, address = stack.nats_url().removeprefix("nats://").partition("@")
        for service in STORED:
            dsns, home = stack.dsns(service.name), folder / "secrets" / service.name
            home.mkdir(parents=True)
            for name, dsn in (("uri-app", dsns.app), ("uri-worker", dsns.worker), ("uri-owner", dsns.owner)):
                (home / name).write_text(dsn)
        self._environment = {
            **os.environ,
            "TANDEM_PG_BIN": str(BINARIES),
            "TANDEM_DSN_ADMIN": stack.superuser_dsn,
            "TANDEM_NATS_URL": f"nats://{address}",
            "TANDEM_SECRETS": str(folder / "secrets"),
            "TANDEM_BACKUPS": str(self.backups),
        }
        (folder / "secrets" / "admin").mkdir(parents=True)
        (folder / "secrets" / "admin" / "nats-password").write_text(credentials.partition(":")[2])

    def ops(self, *arguments: str) -> str:
        """Run `tandem-ops`; returns what it printed, which must have been a success."""
        began = time.monotonic()
        command = self._command(*arguments)
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        print(f"tandem-ops {' '.join(arguments)}: {time.monotonic() - began:.1f} s\n{done.stdout}")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a `tandem-ops` that runs until it is stopped."""
        return subprocess.Popen(self._command(*arguments), env=self._environment)

    def stop_services(self) -> None:
        for service in reversed(SERVICES):
            self.stack[service.name].stop()

    def start_services(self) -> None:
        for service in SERVICES:
            self.stack[service.name].start()

    def destroy(self) -> None:
        """Remove what database, broker and object store hold."""
        self.stack["postgres"].stop()
        self.stack["nats"].stop()
        shutil.rmtree(self.stack.folder / "postgres")
        shutil.rmtree(self.stack.nats_folder / "store")
        shutil.rmtree(self.stack.folder / "blobs")

    def come_to_rest(self) -> None:
        """Wait until nothing is on its way any more, and let the operator's own check look."""
        began = time.monotonic()
        asyncio.run(history.quiet(self.stack.superuser_dsn, 120))
        print(f"at rest: {time.monotonic() - began:.1f} s")
        assert "every promise holds" in self.ops("check", "--grace", "0")

    def dump(self, *services: str) -> None:
        """Dump services, each as of now."""
        self.ops("backup", "dump", *(part for service in services for part in ("--service", service)))

    def size(self) -> int:
        return sum(path.stat().st_size for path in self.backups.rglob("*") if path.is_file())

    def _command(self, *arguments: str) -> list[str]:
        return [str(Path(sys.executable).with_name("tandem-ops")), *arguments]


@pytest.fixture(scope="module")
def site(server_folder: Path, background: Background, npm_packages: Path) -> Iterator[Site]:
    stack = StackUnderTest(server_folder / "restored", background, npm_packages)
    stack.up()
    operator = Site(stack, server_folder / "operator")
    yield operator
    for process in operator.processes:
        process.kill()
        process.wait()
    stack.down()


@pytest.fixture(scope="module")
def closed(site: Site) -> Case:
    """Return a case that was followed to its end before anything was backed up."""
    return achieve_in_english(site.stack)


def facts_of(case: Case) -> dict[str, Any]:
    """Return what the tenant sees of the case: its ledger, its plan's state, its archive."""
    archive = case.hrbp.all(f"{case.path}/archive-items")
    return {"case": case.read(), "ledger": case.ledger(), "archive": archive}


def test_a_base_backup_and_the_log_bring_everything_back(site: Site, closed: Case) -> None:
    receiver = site.start("backup", "wal")
    site.processes.append(receiver)
    site.ops("backup", "base")
    late = closed.world.hr.post("/v1/units", {"code": "late", "name": "after the base backup"})
    before = facts_of(closed)
    site.ops("backup", "clocks")
    shutil.copytree(site.stack.folder / "blobs", site.backups / "blobs")
    site.stop_services()
    site.stack["postgres"].stop()
    receiver.terminate()
    receiver.wait(10)
    print(f"backup: {site.size() >> 20} MiB")
    site.destroy()

    began = time.monotonic()
    site.ops("restore", "base", "--data", str(site.stack.folder / "postgres"))
    own(site.stack.folder / "postgres")
    own(site.backups / "wal")
    shutil.copytree(site.backups / "blobs", site.stack.folder / "blobs")
    site.stack["postgres"].start()
    site.stack["nats"].start()
    site.ops("restore", "streams")
    site.ops("restore", "clocks")
    site.start_services()
    print(f"restored and serving: {time.monotonic() - began:.1f} s")

    site.come_to_rest()
    assert facts_of(closed) == before
    assert closed.world.hr.get(f"/v1/units/{late['id']}") == late
    again = closed.world.hr.post("/v1/units", {"code": "new", "name": "after the restore"})
    assert closed.world.hr.get(f"/v1/units/{again['id']}")["code"] == "new"
    site.come_to_rest()


def test_bare_dumps_of_different_moments_lose_their_age_and_double_nothing(site: Site, closed: Case) -> None:
    hr, held = closed.world.hr, hold_in_english(site.stack)
    site.dump("directory", "scheduling", "plan-tracking")
    forgotten = hr.post("/v1/units", {"code": "forgotten", "name": "after directory's dump"})
    drafted = Plan(held)
    drafted.draft(ends_on="2026-11-13", training_due_on="2026-10-26")
    asyncio.run(history.quiet(site.stack.superuser_dsn))
    site.dump("interview-record", "notification", "metrics")
    site.ops("backup", "clocks")
    before, told = facts_of(closed), messages_of(closed)
    site.stop_services()
    shutil.copytree(site.stack.folder / "blobs", site.backups / "blobs", dirs_exist_ok=True)
    site.destroy()

    began = time.monotonic()
    site.stack.make_database_folder()
    shutil.copytree(site.backups / "blobs", site.stack.folder / "blobs")
    site.stack["postgres"].start()
    site.stack["nats"].start()
    site.ops("prepare")
    said = site.ops("restore", "dump")
    site.ops("restore", "streams")
    site.ops("restore", "clocks")
    site.start_services()
    print(f"restored and serving: {time.monotonic() - began:.1f} s")

    of_directory, of_plans = (said[said.index(f"{service}: as of") :] for service in ("directory", "plan-tracking"))
    assert "lost 1 of unit.changed.v1" in of_directory
    assert f"does not know unit {forgotten['id']}" in of_directory
    assert "says of 1 of kind unit" in of_directory
    assert "lost 1 of plan.drafted.v1" in of_plans
    site.come_to_rest()
    assert facts_of(closed) == before
    assert messages_of(closed) == told
    with pytest.raises(Refused, match="404"):
        hr.get(f"/v1/units/{forgotten['id']}")
    assert hr.post("/v1/units", {"code": "forgotten", "name": "again"})["id"] != forgotten["id"]
    # The plan that was lost is drafted again and signed: the case goes on as if it had been the first.
    again = sign(held)
    assert again.id == drafted.id
    again.archived_items(1)
    site.come_to_rest()
    steps = [(row["step"], row["occurrence"]) for row in held.ledger()["rows"]]
    assert len(steps) == len(set(steps))
    assert facts_of(closed) == before


def messages_of(case: Case) -> list[str]:
    """Return the ids of what the employee was told."""
    return sorted(message["id"] for message in case.employee.all("/v1/messages"))


def own(folder: Path) -> None:
    """Give a folder to the user that the database runs as here."""
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, SERVER_USER, group_of(SERVER_USER))
