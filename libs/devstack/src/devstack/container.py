"""One container, handled like a process: same start, readiness, signals and end."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from devstack.process import Process, StartFailed

if TYPE_CHECKING:
    import docker

# Read when testcontainers is imported. Its reaper is one more image to pull; what a killed run left is swept instead.
os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
LABEL = "tandem.throwaway"
LEFT_AFTER = 3600.0


@dataclass
class Container(Process):
    """A command in a container on the host's network, so that every address is the same inside and outside.

    `mounts` are folders of the host that it sees at the same place, and whether it may write there; `user` is
    `uid:gid`. A `sealed` one may write nowhere but to those and to /tmp, and has no capability.
    """

    image: str = ""
    entrypoint: str | None = None
    mounts: Mapping[Path, bool] = field(default_factory=dict)
    user: str | None = None
    sealed: bool = True
    _container: Any = field(default=None, init=False)
    _end: asyncio.Future[int] | None = field(default=None, init=False)

    @property
    def started(self) -> bool:
        """Tell whether it has been started, ended or not."""
        return self._container is not None

    @property
    def pid(self) -> int:
        """Return the id of its first process as the host sees it; raise RuntimeError before the start."""
        if not self.started:
            raise RuntimeError(f"{self.name} has not been started")
        self._container.reload()
        return int(self._container.attrs["State"]["Pid"])

    @property
    def running(self) -> bool:
        """Tell whether it has been started and has not ended."""
        return self._end is not None and not self._end.done()

    async def spawn(self) -> None:
        """Start without waiting for readiness."""
        self._container = await asyncio.to_thread(self._create)
        # A thread of its own: as many follow their containers as there are, for as long as those live.
        thread = ThreadPoolExecutor(1, thread_name_prefix=self.name)
        self._end = asyncio.get_running_loop().run_in_executor(thread, self._follow, asyncio.get_running_loop())
        thread.shutdown(wait=False)

    async def wait(self) -> int:
        """Wait for the end, with all output read, and return the exit status."""
        if self._end is None:
            raise RuntimeError(f"{self.name} has not been started")
        return await asyncio.shield(self._end)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to its first process."""
        from docker.errors import APIError

        with contextlib.suppress(APIError):
            self._container.kill(signal=int(number))

    def kill_group(self) -> None:
        """Kill everything in it."""
        self.send(signal.SIGKILL)

    def _create(self) -> Any:
        from docker.errors import APIError
        from testcontainers.core.container import DockerContainer

        container = DockerContainer(self.image, env=dict(self.env)).with_command(list(self.command))
        options: dict[str, Any] = {"network_mode": "host", "labels": {LABEL: self.name}}
        options |= {"user": self.user} if self.user else {}
        options |= {"entrypoint": [self.entrypoint]} if self.entrypoint else {}
        if self.sealed:
            options |= {"read_only": True, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges"]}
            container.with_tmpfs_mount("/tmp")  # noqa: S108
        for folder, writable in self.mounts.items():
            container.with_volume_mapping(folder, str(folder), "rw" if writable else "ro")
        try:
            return container.with_kwargs(**options).start().get_wrapped_container()
        except APIError as refused:
            raise StartFailed(self.name, f"{self.image}: {refused.explanation}; `make images` builds it") from refused

    def _follow(self, loop: asyncio.AbstractEventLoop) -> int:
        for line in _lines(self._output()):
            loop.call_soon_threadsafe(self.sink, self.name, line.decode(errors="replace"))
        status = int(self._container.wait()["StatusCode"])
        self._container.remove(v=True)
        return status

    def _output(self) -> Iterator[bytes]:
        received = 0
        for chunk in self._container.logs(stream=True, follow=True):
            received += len(chunk)
            yield chunk
        # The engine may let go of the stream at the container's end with its last lines unsent.
        self._container.wait()
        yield self._container.logs()[received:]


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a stream as they are complete; the last one may lack its end."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    if rest:
        yield rest


class EngineAway(Exception):
    """No container engine answers; the message says why."""


def sweep_containers() -> None:
    """Remove what a run that was killed has left, an hour later at the earliest."""
    with _engine() as engine:
        for container in engine.containers.list(all=True, filters={"label": LABEL}, ignore_removed=True):
            age = time.time() - _unix(container.attrs["Created"])
            if age > LEFT_AFTER:
                container.remove(force=True, v=True)


def first_held(*images: str) -> str:
    """Return the first of the images that the engine holds; without any, the last, which can be pulled."""
    with _engine() as engine:
        held = {tag for image in engine.images.list() for tag in image.tags}
    return next((image for image in images if image in held), images[-1])


@contextlib.contextmanager
def _engine() -> Iterator["docker.DockerClient"]:
    import docker

    try:
        client = docker.from_env()
    except docker.errors.DockerException as away:
        raise EngineAway(f"no engine answers ({away})") from away
    with contextlib.closing(client):
        yield client


def _unix(stamp: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(stamp[:19] + "+00:00").timestamp()
