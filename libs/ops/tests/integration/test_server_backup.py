"""A base backup and the received log bring a server back, whole or not at all."""

import os
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import asyncpg
import pytest
from devstack.background import Background
from devstack.ports import any_free
from devstack.postgres import BINARIES, FAST, SERVER_USER, Postgres
from devstack.process import StartFailed, group_of
from ops.backup import WAL, back_up_server, restore_server, verify_copy, wal_receiver
from ops.postgres_tools import PostgresTools, ToolFailed

TOOLS = PostgresTools(BINARIES)


def own(folder: Path) -> None:
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, SERVER_USER, group_of(SERVER_USER))


def query(background: Background, dsn: str, *statements: str) -> list[object]:
    async def run() -> list[object]:
        connection = await asyncpg.connect(dsn)
        try:
            return [await connection.fetchval(statement) for statement in statements]
        finally:
            await connection.close()

    return background.run(run())


@pytest.fixture(scope="module")
def history(server_folder: Path, background: Background) -> tuple[Path, Postgres, datetime]:
    """Return backups of a server that was then stopped, and a moment between its first and its second row."""
    folder = server_folder / "history"
    server = Postgres(folder / "server", any_free(1)[0], "superuser", FAST)
    background.run(server.initialise())
    process = server.process(lambda *_: None)
    background.run(process.start())
    command, environment = wal_receiver(server.superuser_dsn, folder / "backups", TOOLS)
    receiver = subprocess.Popen(command, env=environment)
    try:
        query(background, server.superuser_dsn, "CREATE TABLE said (word text)")
        back_up_server(server.superuser_dsn, folder / "backups", TOOLS)
        _, between, _ = query(
            background,
            server.superuser_dsn,
            "INSERT INTO said VALUES ('first') RETURNING word",
            "SELECT clock_timestamp()",
            "INSERT INTO said VALUES ('second') RETURNING word",
        )
        background.run(process.stop())
    finally:
        receiver.terminate()
        receiver.wait(10)
    assert isinstance(between, datetime)
    return folder / "backups", server, between


def recover(folder: Path, data: Path, background: Background, until: datetime | None = None) -> list[object]:
    server = Postgres(data, any_free(1)[0], "superuser", FAST)
    restore_server(folder, data, until)
    own(data)
    own(folder / WAL)
    process = server.process(lambda *_: None)
    background.run(process.start())
    try:
        wait = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_sleep(0.2) END"
        return query(background, server.superuser_dsn, wait, wait, "SELECT string_agg(word, ' ') FROM said")[2:]
    finally:
        background.run(process.stop())


def test_everything_comes_back(history: tuple[Path, Postgres, datetime], background: Background) -> None:
    folder, _, _ = history
    assert recover(folder, folder.parent / "whole", background) == ["first second"]


def test_recovery_stops_at_the_moment_asked_for(
    history: tuple[Path, Postgres, datetime], background: Background
) -> None:
    folder, _, between = history
    assert recover(folder, folder.parent / "until", background, between) == ["first"]


def test_a_log_that_cannot_be_read_stops_the_recovery_instead_of_cutting_it_short(
    history: tuple[Path, Postgres, datetime], background: Background, tmp_path: Path
) -> None:
    folder, _, _ = history
    unreadable = folder.parent / "unreadable"
    shutil.copytree(folder, unreadable)
    for piece in (unreadable / WAL).iterdir():
        piece.unlink()
        # There, and no file that could be copied: root reads every file, so rights alone would not do.
        piece.mkdir()
    with pytest.raises(StartFailed):
        recover(unreadable, folder.parent / "cut-short", background)


def test_a_file_that_differs_from_the_manifest_is_found(
    history: tuple[Path, Postgres, datetime], tmp_path: Path
) -> None:
    folder, _, _ = history
    copy = tmp_path / "copy"
    shutil.copytree(next(folder.glob("base-*")), copy)
    verify_copy(copy)
    (copy / "PG_VERSION").write_text("17\n")
    with pytest.raises(ToolFailed, match="PG_VERSION"):
        verify_copy(copy)


def test_a_folder_that_holds_something_is_left_alone(history: tuple[Path, Postgres, datetime], tmp_path: Path) -> None:
    (tmp_path / "precious").touch()
    with pytest.raises(ToolFailed, match="not empty"):
        restore_server(history[0], tmp_path)
    with pytest.raises(ToolFailed, match="no base backup"):
        restore_server(tmp_path, tmp_path / "data")


def test_a_tool_of_another_version_is_refused() -> None:
    with pytest.raises(ToolFailed, match="of version 18, the server of 17"):
        TOOLS.require_major("pg_dump", 17)
