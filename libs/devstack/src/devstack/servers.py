"""Database and broker for tests, on free ports, with their data in a folder that is thrown away."""

from collections.abc import Callable
from pathlib import Path

from ops.roles import create_database

from devstack.background import Background
from devstack.broker import Broker
from devstack.passwords import Passwords
from devstack.ports import any_free
from devstack.postgres import FAST, SUPERUSER, Postgres
from devstack.process import Process
from devstack.programs import Programs
from devstack.streams import create_streams


class Servers:
    """The servers of one run; `programs` say whether they are packages or containers."""

    def __init__(self, programs: Programs, folder: Path, background: Background) -> None:
        self._programs = programs
        self._folder = folder
        self._background = background
        self._passwords = Passwords(folder / "passwords.json")
        self._started: list[Process] = []

    def postgres(self) -> Postgres:
        """Start an empty database server."""
        server = Postgres(self._folder / "postgres", any_free(1)[0], self._passwords[SUPERUSER], FAST)
        self._background.run(self._programs.prepare(server))
        self._start(self._programs.postgres(server, self._log("postgres")))
        self._background.run(create_database(server.admin_dsn))
        return server

    def nats(self) -> Broker:
        """Start a broker that holds all streams and durables."""
        port, monitor_port = any_free(2)
        broker = Broker(self._folder / "nats", port, monitor_port, self._passwords, durable=False)
        self._start(self._programs.nats(broker, self._log("nats")))
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
