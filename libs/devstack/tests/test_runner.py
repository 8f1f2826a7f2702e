"""The runner: order, culprits, and nothing left behind."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import psutil
import pytest
from devstack.process import Process, StartFailed
from devstack.runner import Runner, sweep

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPER}"


@pytest.fixture
async def runner(tmp_path: Path) -> AsyncIterator[Runner]:
    runner = Runner(tmp_path / "pids.json")
    yield runner
    await runner.down()


class Seen:
    """Remembers the lines of all processes, and is ready once a process has said a word."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def process(self, name: str, program: str, word: str = "up") -> Process:
        return Process(name, [sys.executable, "-c", program], ready=self.said(name, word), sink=self.sink)

    def sink(self, name: str, line: str) -> None:
        self.lines.append((name, line))

    def said(self, name: str, word: str) -> Callable[[], Awaitable[bool]]:
        async def ready() -> bool:
            return (name, word) in self.lines

        return ready


async def test_a_part_starts_only_when_what_it_needs_is_ready(runner: Runner) -> None:
    seen = Seen()
    runner.add(seen.process("app", SLEEPER), needs=["schema"])
    runner.add_work("schema", lambda: note(seen, "migrated"), needs=["database"])
    runner.add(seen.process("database", f"import time; time.sleep(0.3); {SLEEPER}"))

    await runner.up()

    assert seen.lines == [("database", "up"), ("work", "migrated"), ("app", "up")]


async def test_a_part_stops_only_after_all_that_need_it(runner: Runner) -> None:
    seen = Seen()
    farewell = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: (print('bye', flush=True), sys.exit(0)))"
    runner.add(seen.process("database", f"{farewell}; {SLEEPER}"))
    runner.add(seen.process("app", f"{farewell}; {SLEEPER}"), needs=["database"])
    await runner.up()

    await runner.down()

    assert [line for line in seen.lines if line[1] == "bye"] == [("app", "bye"), ("database", "bye")]


async def test_a_process_that_ends_before_it_is_ready_is_named(runner: Runner) -> None:
    seen = Seen()
    runner.add(seen.process("healthy", SLEEPER))
    runner.add(seen.process("broken", "raise SystemExit(7)"), needs=["healthy"])

    with pytest.raises(StartFailed, match="broken: ended with 7 before it was ready"):
        await runner.up()


async def test_work_that_fails_is_named_and_what_needs_it_never_starts(runner: Runner) -> None:
    seen = Seen()
    runner.add_work("schema", fail)
    runner.add(seen.process("app", SLEEPER), needs=["schema"])

    with pytest.raises(StartFailed, match="schema: LookupError: no such thing"):
        await runner.up()

    assert not runner.processes["app"].running


async def test_a_process_that_ends_by_itself_later_is_named(runner: Runner) -> None:
    seen = Seen()
    runner.add(seen.process("steady", SLEEPER))
    runner.add(seen.process("fickle", "import time; print('up', flush=True); time.sleep(0.3); raise SystemExit(3)"))
    await runner.up()

    assert await asyncio.wait_for(runner.first_ended(), 10) == ("fickle", 3)


async def test_a_process_that_does_not_listen_is_killed_with_its_children(tmp_path: Path) -> None:
    seen = Seen()
    child = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {SLEEPER!r}]); print(p.pid); {DEAF}"
    process = seen.process("deaf", child)
    await process.start()
    children = psutil.Process(process.pid).children()

    await process.stop(grace=0.2)

    assert len(children) == 1
    assert [left for left in psutil.wait_procs(children, timeout=5)[1] if alive(left)] == []


async def test_only_the_named_parts_and_what_they_need_are_started(runner: Runner) -> None:
    seen = Seen()
    runner.add(seen.process("database", SLEEPER))
    runner.add(seen.process("app", SLEEPER), needs=["database"])
    runner.add(seen.process("other", SLEEPER), needs=["database"])

    runner.keep_only(["app"])

    assert runner.names == ["database", "app"]


def test_what_a_killed_runner_left_is_swept_away(tmp_path: Path) -> None:
    left = subprocess.Popen([sys.executable, "-c", DEAF], start_new_session=True)
    foreign = subprocess.Popen([sys.executable, "-c", SLEEPER], start_new_session=True)
    pids = {left.pid: psutil.Process(left.pid).create_time(), foreign.pid: 1.0}
    (tmp_path / "pids.json").write_text(json.dumps(pids))

    try:
        assert sweep(tmp_path / "pids.json") == [left.pid]
        assert left.wait(5) is not None
        # Its id was used again by a process that is none of ours.
        assert foreign.poll() is None
    finally:
        foreign.kill()
        foreign.wait()


def test_processes_die_with_a_runner_that_is_killed(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys; from pathlib import Path; from devstack.process import Process\n"
        "async def main():\n"
        "    say = lambda name, line: print(process.pid, flush=True)\n"
        f"    process = Process('deaf', [sys.executable, '-c', {DEAF!r}], sink=say)\n"
        "    await process.spawn(); await asyncio.sleep(600)\n"
        "asyncio.run(main())\n"
    )
    runner = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert runner.stdout is not None
    child = psutil.Process(int(runner.stdout.readline()))

    runner.kill()
    runner.wait()

    psutil.wait_procs([child], timeout=5)
    assert not alive(child)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
async def test_the_database_user_reaches_folders_below_closed_ones(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "data").mkdir(parents=True, mode=0o755)
    (closed / "data" / "file").touch()
    closed.chmod(0o700)
    seen = Seen()
    process = Process("reader", ["/bin/ls", str(closed / "data")], as_user="nobody", sink=seen.sink)

    await process.spawn()

    assert await process.wait() == 0
    assert seen.lines == [("reader", "file")]


async def note(seen: Seen, word: str) -> None:
    seen.sink("work", word)


async def fail() -> None:
    raise LookupError("no such thing")


def alive(process: psutil.Process) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return False
        time.sleep(0.05)
    return True
