"""Starts parts as soon as what they need is there, and stops them in the opposite order."""

import asyncio
import contextlib
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

from devstack.process import Process, StartFailed


@dataclass(frozen=True)
class Part:
    """A step of the start: a process to bring up, or work to do once."""

    name: str
    start: Callable[[], Awaitable[None]]
    needs: tuple[str, ...] = ()
    process: Process | None = None


class Runner:
    """The parts of one stack; `pid_file` lets the next run sweep away what a killed one left."""

    def __init__(self, pid_file: Path) -> None:
        self._pid_file = pid_file
        self._parts: dict[str, Part] = {}
        self._starts: dict[str, asyncio.Task[None]] = {}

    @property
    def processes(self) -> dict[str, Process]:
        """Return the processes by name, started or not."""
        return {part.name: part.process for part in self._parts.values() if part.process is not None}

    @property
    def names(self) -> list[str]:
        """Return the names of all parts."""
        return list(self._parts)

    def add(self, process: Process, needs: Iterable[str] = ()) -> None:
        """Add a process; it counts as up when it is ready."""
        self._parts[process.name] = Part(process.name, process.start, tuple(needs), process)

    def add_work(self, name: str, work: Callable[[], Awaitable[None]], needs: Iterable[str] = ()) -> None:
        """Add work that is done once at every start."""
        self._parts[name] = Part(name, work, tuple(needs))

    def keep_only(self, names: Iterable[str]) -> None:
        """Drop every part that is neither named nor needed by a named one; raise StartFailed for an unknown name."""
        wanted: set[str] = set()
        ahead = list(names)
        while ahead:
            name = ahead.pop()
            if name not in self._parts:
                raise StartFailed(name, f"there is no such part; there are {', '.join(sorted(self._parts))}")
            if name not in wanted:
                wanted.add(name)
                ahead += self._parts[name].needs
        self._parts = {name: part for name, part in self._parts.items() if name in wanted}

    async def up(self) -> None:
        """Start everything; raise the StartFailed of the first part that did not come up."""
        sweep(self._pid_file)
        self._starts = {name: asyncio.create_task(self._start(part)) for name, part in self._parts.items()}
        done, _ = await asyncio.wait(self._starts.values(), return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            if error := task.exception():
                raise error

    async def first_ended(self) -> tuple[str, int]:
        """Wait until any process ends by itself; returns its name and exit status."""
        ends = {asyncio.create_task(process.wait()): name for name, process in self.processes.items()}
        try:
            done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in ends:
                task.cancel()
        task = next(iter(done))
        return ends[task], task.result()

    async def down(self) -> None:
        """Stop every process after all that need it."""
        for task in self._starts.values():
            task.cancel()
        await asyncio.gather(*self._starts.values(), return_exceptions=True)
        stops: dict[str, asyncio.Task[None]] = {}
        for part in self._parts.values():
            stops[part.name] = asyncio.create_task(self._stop(part, stops))
        await asyncio.gather(*stops.values())
        self._pid_file.unlink(missing_ok=True)

    def kill(self) -> None:
        """Kill every process at once."""
        for process in self.processes.values():
            if process.started:
                process.kill_group()

    async def _start(self, part: Part) -> None:
        for need in part.needs:
            if need in self._starts:
                await asyncio.shield(self._starts[need])
        try:
            if part.process is not None:
                await part.process.spawn()
                self._note_pids()
                await part.process.until_ready()
            else:
                await part.start()
        except (StartFailed, asyncio.CancelledError):
            raise
        except Exception as failed:
            raise StartFailed(part.name, f"{type(failed).__name__}: {failed}") from failed

    async def _stop(self, part: Part, stops: dict[str, asyncio.Task[None]]) -> None:
        # One turn of the loop, so that all stops are known.
        await asyncio.sleep(0)
        users = [stops[other.name] for other in self._parts.values() if part.name in other.needs]
        await asyncio.gather(*users)
        if part.process is not None:
            await part.process.stop()

    def _note_pids(self) -> None:
        born = {}
        for process in self.processes.values():
            with contextlib.suppress(psutil.NoSuchProcess):
                if process.running:
                    born[process.pid] = psutil.Process(process.pid).create_time()
        self._pid_file.parent.mkdir(parents=True, exist_ok=True)
        self._pid_file.write_text(json.dumps(born))


def sweep(pid_file: Path) -> list[int]:
    """Kill what a runner that was killed has left, descendants included; returns the process ids."""
    if not pid_file.exists():
        return []
    born = {int(pid): at for pid, at in json.loads(pid_file.read_text()).items()}
    left = [process for process in psutil.process_iter() if _belongs(process, born)]
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            # The database ends its own children; killing them singly would leave it to recover.
            process.send_signal(signal.SIGQUIT if process.name() == "postgres" else signal.SIGKILL)
    _, stubborn = psutil.wait_procs(left, timeout=10)
    for process in stubborn:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    pid_file.unlink(missing_ok=True)
    return [process.pid for process in left]


def _belongs(process: psutil.Process, born: dict[int, float]) -> bool:
    """Tell whether the process is one we started, or lives in the session of one (each has its own)."""
    try:
        session = os.getsid(process.pid)
        if session not in born or process.status() == psutil.STATUS_ZOMBIE:
            return False
        if process.pid == session:
            return abs(process.create_time() - born[session]) < 0.1
        return born[session] - 0.1 <= process.create_time() <= time.time()
    except (psutil.NoSuchProcess, ProcessLookupError, PermissionError):
        return False
