"""Backups: the whole server with its write-ahead log, or one service's schema as a dump with a manifest."""

import asyncio
import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from ops.installation import Installation
from ops.postgres_tools import PostgresTools, ToolFailed
from ops.topology import BY_NAME

SLOT = "tandem_backup"
WAL = "wal"
_BASE = "base-"
# How a recovering server fetches a piece of the log; the last, unfinished one still has the name it was received under.
# A piece that is there and cannot be read must stop the recovery (status above 125), not end it there in silence.
_FETCH = (
    '[ -r "{log}" ] && [ -x "{log}" ] || exit 200; for piece in "{log}/%f" "{log}/%f.partial"; do '
    'if [ -e "$piece" ]; then cp "$piece" "%p" || exit 200; exit 0; fi; done; exit 1'
)
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Manifest:
    """What a dump holds: whose schema, as of when (never later than its snapshot), at which revision."""

    service: str
    taken_at: str
    revision: str
    server: int
    sha256: str
    bytes: int

    @property
    def moment(self) -> datetime:
        """Return when the dump was begun."""
        return datetime.fromisoformat(self.taken_at)


def dump_service(installation: Installation, service: str, folder: Path, tools: PostgresTools) -> Path:
    """Dump one service's schema into `FOLDER/<service>-<time>.dump`, with its manifest beside it; returns the dump."""
    taken_at, revision, server = asyncio.run(_state_of(installation, service))
    tools.require_major("pg_dump", server)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{service}-{taken_at:{_STAMP}}.dump"
    draft = path.with_suffix(".partial")
    arguments = ["--format=custom", f"--schema={BY_NAME[service].package}", f"--file={draft}", "--no-password"]
    tools.run("pg_dump", *arguments, dsn=installation.dsn_of(service))
    manifest = Manifest(service, taken_at.isoformat(), revision, server, digest_of(draft), draft.stat().st_size)
    manifest_of(path).write_text(json.dumps(asdict(manifest), indent=2) + "\n")
    os.replace(draft, path)
    return path


def read_manifest(dump: Path) -> Manifest:
    """Return a dump's manifest; raises ToolFailed if the dump is not what it says."""
    try:
        manifest = Manifest(**json.loads(manifest_of(dump).read_text()))
    except (OSError, ValueError, TypeError) as broken:
        raise ToolFailed(f"{dump}: no readable manifest beside it ({type(broken).__name__})") from None
    if digest_of(dump) != manifest.sha256:
        raise ToolFailed(f"{dump}: its bytes are not those that were written")
    return manifest


def manifest_of(dump: Path) -> Path:
    """Return where the dump's manifest lies."""
    return dump.with_suffix(".json")


def newest_dumps(folder: Path) -> dict[str, Path]:
    """Return the newest dump of each service in the folder; service -> dump."""
    found: dict[str, Path] = {}
    for path in sorted(folder.glob("*.dump")):
        found[path.stem.rpartition("-")[0]] = path
    return found


def back_up_server(dsn: str, folder: Path, tools: PostgresTools) -> Path:
    """Copy the whole server into `FOLDER/base-<time>` and verify the copy; returns it."""
    path = folder / f"{_BASE}{datetime.now(UTC):{_STAMP}}"
    draft = folder / f"partial-{path.name}"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(draft, ignore_errors=True)
    arguments = ["--pgdata", str(draft), "--checkpoint=fast", "--wal-method=stream", "--manifest-checksums=SHA256"]
    tools.run("pg_basebackup", *arguments, "--no-password", dsn=dsn)
    verify_copy(draft)
    draft.rename(path)
    return path


def verify_copy(folder: Path) -> None:
    """Compare every file with the manifest that the server wrote; raises ToolFailed naming the first that differs.

    Read here rather than by `pg_verifybackup`, which not every build of PostgreSQL brings in working order.
    """
    for entry in json.loads((folder / "backup_manifest").read_text())["Files"]:
        path = folder / (entry.get("Path") or bytes.fromhex(entry["Encoded-Path"]).decode())
        if not path.is_file() or path.stat().st_size != entry["Size"] or digest_of(path) != entry["Checksum"]:
            raise ToolFailed(f"{path} is not as the server sent it")


def wal_receiver(dsn: str, folder: Path, tools: PostgresTools) -> tuple[list[str], dict[str, str]]:
    """Return the command, with its environment, that writes the server's log into `FOLDER/wal` until it is stopped.

    Its replication slot keeps at the server what has not arrived here yet.
    """
    (folder / WAL).mkdir(parents=True, exist_ok=True)
    tools.run("pg_receivewal", "--create-slot", "--if-not-exists", f"--slot={SLOT}", "--no-password", dsn=dsn)
    arguments = ["--directory", str(folder / WAL), f"--slot={SLOT}", "--synchronous", "--no-password"]
    command, environment = tools.command("pg_receivewal", *arguments, dsn=dsn)
    return command, {**environment, "PGAPPNAME": SLOT}


def restore_server(folder: Path, data: Path, until: datetime | None = None) -> Path:
    """Lay the data folder out from the newest base backup (before `until`) and the log; returns the backup taken.

    The server that is then started there recovers to the end of the log, or to the moment, and goes on as a new one.
    """
    base = _base_before(folder, until)
    if data.exists() and any(data.iterdir()):
        raise ToolFailed(f"{data} is not empty; move it away first")
    shutil.copytree(base, data, dirs_exist_ok=True)
    data.chmod(0o700)
    fetch = _FETCH.format(log=(folder / WAL).resolve())
    settings = [f"restore_command = '{fetch}'", "recovery_target_action = 'promote'"]
    if until is not None:
        settings += [f"recovery_target_time = '{until.isoformat()}'"]
    with (data / "postgresql.auto.conf").open("a") as file:
        file.write("".join(f"{line}\n" for line in settings))
    (data / "recovery.signal").touch()
    return base


def _base_before(folder: Path, until: datetime | None) -> Path:
    last = f"{_BASE}{until.astimezone(UTC):{_STAMP}}" if until else f"{_BASE}~"
    found = [path for path in sorted(folder.glob(f"{_BASE}*")) if path.name <= last]
    if not found:
        raise ToolFailed(f"{folder} holds no base backup{f' from before {until}' if until else ''}")
    return found[-1]


def digest_of(path: Path) -> str:
    """Return the file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def major_of(connection: asyncpg.Connection) -> int:
    """Return the server's major version."""
    return int(await connection.fetchval("SHOW server_version_num")) // 10_000


async def _state_of(installation: Installation, service: str) -> tuple[datetime, str, int]:
    async with installation.connect(service) as connection:
        taken_at = await connection.fetchval("SELECT clock_timestamp()")
        revision = await connection.fetchval("SELECT version_num FROM alembic_version")
        return taken_at, revision, await major_of(connection)
