"""The servers of the stack as `devstack run` brings them up; services have their own tests."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from devstack.keys import Keys
from devstack.passwords import Passwords
from ops.topology import SERVICES

SERVERS = "identity,mail,streams,roles"


class Terminal:
    """`devstack run` as a person starts it, with only the servers."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.output = state.parent / "output"

    def start(self) -> None:
        command = [sys.executable, "-m", "devstack.cli", "--state", str(self.state), "run", "--only", SERVERS]
        with self.output.open("w") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=output)
        deadline = time.monotonic() + 60
        while "All up in" not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.05)

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def dsn(self) -> str:
        port = json.loads((self.state / "stack.json").read_text())["ports"]["postgres"]
        password = Passwords(self.state / "secrets" / "passwords.json")["postgres"]
        return f"postgresql://postgres:{password}@127.0.0.1:{port}/tandem"


@pytest.fixture
def terminal(tmp_path: Path, npm_packages: Path) -> Iterator[Terminal]:
    state = tmp_path / "state"
    state.mkdir()
    if npm_packages.exists():
        (state / "npm").symlink_to(npm_packages)
    terminal = Terminal(state)
    terminal.start()
    yield terminal
    if terminal.process.poll() is None:
        terminal.process.send_signal(signal.SIGINT)
        terminal.process.wait(30)


async def test_data_outlives_a_killed_runner_whose_processes_die_with_it(terminal: Terminal) -> None:
    connection = await asyncpg.connect(terminal.dsn())
    await connection.execute("CREATE TABLE directory.kept AS SELECT 1 AS one")
    await connection.close()
    children = terminal.children()

    os.kill(terminal.process.pid, signal.SIGKILL)
    terminal.process.wait()
    assert len(children) >= 4
    _, left = psutil.wait_procs(children, timeout=10)
    assert [process for process in left if process.status() != psutil.STATUS_ZOMBIE] == []

    terminal.start()
    connection = await asyncpg.connect(terminal.dsn())
    assert await connection.fetchval("SELECT one FROM directory.kept") == 1
    await connection.close()


def test_ctrl_c_leaves_no_process(terminal: Terminal) -> None:
    children = terminal.children()

    terminal.process.send_signal(signal.SIGINT)

    assert terminal.process.wait(30) == 0
    assert [process for process in children if process.is_running()] == []
    assert not (terminal.state / "pids.json").exists()


def test_a_server_that_dies_takes_the_stack_down_and_is_named(terminal: Terminal) -> None:
    pid = json.loads((terminal.state / "stack.json").read_text())["processes"]["nats"]

    os.kill(pid, signal.SIGKILL)

    assert terminal.process.wait(30) == 1
    assert "FAILED nats: ended by itself with status -9" in terminal.output.read_text()


def test_a_second_stack_in_the_same_folder_is_refused(terminal: Terminal) -> None:
    command = [sys.executable, "-m", "devstack.cli", "--state", str(terminal.state), "run"]

    second = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    assert second.returncode == 1
    assert "is running in" in second.stderr


def test_every_key_names_its_service_and_stays_the_same(tmp_path: Path) -> None:
    Keys(tmp_path).create()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    Keys(tmp_path).create()

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    trusted = json.loads(before["trust.jwks"])["keys"]
    assert [key["kid"].split(":")[0] for key in trusted] == [service.name for service in SERVICES]
    assert all("d" not in key for key in trusted)
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir())
