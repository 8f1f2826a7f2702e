"""PostgreSQL's own programs, run with the credentials in their environment and never in their arguments."""

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import URL, make_url


class ToolFailed(Exception):
    """A program of PostgreSQL's ended with an error, is not installed, or is of another major version."""


def _folder_of_environment() -> Path | None:
    found = os.environ.get("TANDEM_PG_BIN")
    return Path(found) if found else None


@dataclass(frozen=True)
class PostgresTools:
    """Where the programs are: in `folder`, else wherever the search path has them."""

    folder: Path | None = field(default_factory=_folder_of_environment)

    def run(self, program: str, *arguments: str, dsn: str = "") -> str:
        """Run a program to its end; returns what it printed. Raises ToolFailed with its last lines."""
        command, environment = self.command(program, *arguments, dsn=dsn)
        try:
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        except FileNotFoundError:
            raise ToolFailed(f"{program} is not installed; name its folder in TANDEM_PG_BIN") from None
        if done.returncode:
            raise ToolFailed(f"{program}: {done.stderr.strip()[-2000:]}")
        return done.stdout

    def command(self, program: str, *arguments: str, dsn: str = "") -> tuple[list[str], dict[str, str]]:
        """Return a command line and the environment to run it in, which holds the connection."""
        path = str(self.folder / program) if self.folder else program
        return [path, *arguments], {**os.environ, **(_connection(make_url(dsn)) if dsn else {})}

    def require_major(self, program: str, server_major: int) -> None:
        """Raise ToolFailed unless the program is of the server's major version."""
        found = re.search(r"\(PostgreSQL\) (\d+)", self.run(program, "--version"))
        if found is None or int(found[1]) != server_major:
            version = found[1] if found else "unknown"
            raise ToolFailed(f"{program} is of version {version}, the server of {server_major}")


def _connection(url: URL) -> dict[str, str]:
    parts = {
        "PGHOST": url.host,
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    query = {f"PG{name.upper()}": value for name, value in url.query.items() if name.startswith("ssl")}
    return {name: str(value) for name, value in {**parts, **query}.items() if value is not None}
