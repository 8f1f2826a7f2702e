"""One child process: started in its own session, read line by line, stopped for certain."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LINE_LIMIT = 1 << 20
STOP_GRACE = 15.0
READY_POLL = 0.05

Sink = Callable[[str, str], None]


class StartFailed(Exception):
    """A part of the stack did not come up; the message names it and says why."""

    def __init__(self, culprit: str, why: str) -> None:
        super().__init__(f"{culprit}: {why}")
        self.culprit = culprit


@dataclass
class Process:
    """A command with its environment, how to see that it is ready, and how to stop it.

    `death_signal` is what the kernel sends if the runner dies first (Linux). `as_user` names the unprivileged user
    that the process becomes when the runner is root; it keeps the right to pass through closed parent folders.
    """

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    ready: Callable[[], Awaitable[bool]] | None = None
    ready_within: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    as_user: str | None = None
    sink: Sink = lambda name, line: None
    child: asyncio.subprocess.Process | None = field(default=None, init=False)
    _reader: asyncio.Task[None] | None = field(default=None, init=False)

    @property
    def started(self) -> bool:
        """Tell whether the process has been started, ended or not."""
        return self.child is not None

    @property
    def pid(self) -> int:
        """Return the process id; raise RuntimeError before the start."""
        if self.child is None:
            raise RuntimeError(f"{self.name} has not been started")
        return self.child.pid

    @property
    def running(self) -> bool:
        """Tell whether the process has been started and has not ended."""
        return self.child is not None and self.child.returncode is None

    async def start(self) -> None:
        """Start and wait until it is ready; raise StartFailed if it ends or stays unready."""
        await self.spawn()
        await self.until_ready()

    async def spawn(self) -> None:
        """Start without waiting for readiness."""
        self.child = await asyncio.create_subprocess_exec(
            *guarded(self.command, self.death_signal, self.as_user),
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.env},
            cwd=self.cwd,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            # Ctrl-C must reach the runner alone, or the database would stop before its clients.
            start_new_session=True,
            limit=LINE_LIMIT,
        )
        self._reader = asyncio.create_task(self._read(self.child))

    async def until_ready(self) -> None:
        """Wait for readiness; raise StartFailed if the process ends or stays unready."""
        if self.ready is None:
            return
        deadline = asyncio.get_running_loop().time() + self.ready_within
        while not await self._answers(self.ready):
            if not self.running:
                raise StartFailed(self.name, f"ended with {await self.wait()} before it was ready")
            if asyncio.get_running_loop().time() > deadline:
                raise StartFailed(self.name, f"not ready within {self.ready_within:.0f} s")
            await asyncio.sleep(READY_POLL)

    async def wait(self) -> int:
        """Wait for the end, with all output read, and return the exit status (negative: signal)."""
        if self.child is None:
            raise RuntimeError(f"{self.name} has not been started")
        status = await self.child.wait()
        if self._reader is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._reader), 2)
        return status

    async def stop(self, grace: float = STOP_GRACE) -> None:
        """Ask it to end; kill it with all its children when it has not ended in `grace` seconds."""
        if not self.started:
            return
        if self.running:
            self.send(self.stop_signal)
            self.send(signal.SIGCONT)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.wait(), grace)
        self.kill_group()
        await self.wait()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process alone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill_group(self) -> None:
        """Kill the process and whatever it has started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    async def _answers(self, ready: Callable[[], Awaitable[bool]]) -> bool:
        try:
            return await asyncio.wait_for(ready(), 5)
        except (OSError, EOFError, TimeoutError):
            return False

    async def _read(self, child: asyncio.subprocess.Process) -> None:
        if child.stdout is None:
            return
        while True:
            try:
                line = await child.stdout.readline()
            except ValueError:
                self.sink(self.name, f"(a line longer than {LINE_LIMIT} bytes was dropped)")
                continue
            if not line:
                return
            self.sink(self.name, line.decode(errors="replace").rstrip())


async def run_once(process: Process, doing: str) -> list[str]:
    """Run a command to its end and return the lines it printed; raise StartFailed, with them, if it fails.

    `doing` says what failed then. A run that is given up is killed.
    """
    lines: list[str] = []
    passed_on = process.sink

    def keep(name: str, line: str) -> None:
        lines.append(line)
        passed_on(name, line)

    process.sink = keep
    await process.spawn()
    try:
        status = await process.wait()
    except asyncio.CancelledError:
        process.kill_group()
        raise
    if status:
        raise StartFailed(process.name, f"{doing} failed with status {status}: {lines[-1] if lines else ''}")
    return lines


def guarded(command: Sequence[str], death_signal: signal.Signals, as_user: str | None) -> list[str]:
    """Return the command wrapped so that it dies with its parent and runs as the given user if we are root."""
    setpriv = shutil.which("setpriv")
    if setpriv is None or sys.platform != "linux":
        if as_user is not None and os.geteuid() == 0:
            raise StartFailed(command[0], "setpriv (util-linux) is needed to run it when root")
        return list(command)
    wrapper = [setpriv, "--pdeathsig", death_signal.name.removeprefix("SIG")]
    if as_user is not None and os.geteuid() == 0:
        wrapper += ["--reuid", as_user, "--regid", str(group_of(as_user)), "--clear-groups"]
        if not all(reachable_by_others(Path(part)) for part in command if part.startswith("/")):
            wrapper += ["--inh-caps", "+dac_override", "--ambient-caps", "+dac_override"]
    return [*wrapper, "--", *command]


def group_of(user: str) -> int:
    """Return the numeric primary group of a user."""
    import pwd

    return pwd.getpwnam(user).pw_gid


def reachable_by_others(path: Path) -> bool:
    """Tell whether any user may pass through all the folders above the path."""
    return all(folder.stat().st_mode & 0o001 for folder in path.resolve().parents)
