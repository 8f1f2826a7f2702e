"""`tandem-ops prepare` on real servers, and the broker's configuration that it prints."""

import json
import subprocess
from pathlib import Path

import asyncpg
import pytest
from devstack.background import Background
from devstack.broker import Broker, server_binary
from devstack.passwords import Passwords
from devstack.postgres import Postgres
from ops.broker_configuration import broker_users, variable
from ops.cli import app
from ops.permissions import ADMIN, users
from ops.streams import connected
from ops.topology import SERVICES
from typer.testing import CliRunner

RUN = CliRunner()


def asyncpg_url(file: Path) -> str:
    return file.read_text().replace("+asyncpg", "")


@pytest.fixture
def managed(bare_postgres: Postgres, background: Background) -> str:
    """Return the URL of an administrator as a managed database gives one: no superuser, but it may make roles."""

    async def create() -> None:
        connection = await asyncpg.connect(bare_postgres.superuser_dsn)
        for statement in (
            "DROP DATABASE IF EXISTS managed",
            "DROP ROLE IF EXISTS manager",
            "CREATE ROLE manager LOGIN CREATEROLE CREATEDB PASSWORD 'managed'",
        ):
            await connection.execute(statement)
        await connection.close()

    background.run(create())
    return bare_postgres.dsn("manager", "managed", "managed", driver="")


def test_a_managed_databases_administrator_prepares_one_service_twice(
    managed: str, tmp_path: Path, background: Background
) -> None:
    arguments = ["prepare", "--secrets", str(tmp_path), "--admin-dsn", managed, "--service", "metrics"]
    first = RUN.invoke(app, arguments)
    before = {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    second = RUN.invoke(app, arguments)

    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert {path.stat().st_mode & 0o777 for path in before} == {0o600}

    async def use() -> tuple[str, str]:
        owner = await asyncpg.connect(asyncpg_url(tmp_path / "metrics" / "uri-owner"))
        await owner.execute("SET ROLE metrics_owner; CREATE TABLE proof (n int); DROP TABLE proof")
        await owner.close()
        app_user = await asyncpg.connect(asyncpg_url(tmp_path / "metrics" / "uri-app"))
        try:
            return await app_user.fetchval("SHOW search_path"), await app_user.fetchval("SHOW statement_timeout")
        finally:
            await app_user.close()

    assert background.run(use()) == ("metrics", "5s")


def test_a_given_password_is_taken(bare_postgres: Postgres, tmp_path: Path, background: Background) -> None:
    given = tmp_path / "directory" / "uri-app"
    given.parent.mkdir()
    given.write_text(bare_postgres.dsn("directory_app", "it's given", "given").replace(" ", "%20"))

    done = RUN.invoke(
        app,
        [
            "prepare",
            "--secrets",
            str(tmp_path),
            "--admin-dsn",
            bare_postgres.superuser_dsn.rsplit("/", 1)[0] + "/given",
            "--service",
            "directory",
        ],
    )

    async def who() -> str:
        connection = await asyncpg.connect(asyncpg_url(given))
        try:
            return str(await connection.fetchval("SELECT current_user"))
        finally:
            await connection.close()

    assert done.exit_code == 0, done.output
    assert background.run(who()) == "directory_app"


def test_an_unknown_service_is_refused(tmp_path: Path) -> None:
    refused = RUN.invoke(app, ["prepare", "--secrets", str(tmp_path), "--admin-dsn", "x://y", "--service", "nobody"])

    assert refused.exit_code == 2
    assert "nobody" in refused.output


def test_the_broker_is_prepared_by_its_administrator(nats: Broker, tmp_path: Path, background: Background) -> None:
    (tmp_path / ADMIN).mkdir()
    (tmp_path / ADMIN / "nats-password").write_text(nats.password(ADMIN))

    done = RUN.invoke(app, ["prepare", "--secrets", str(tmp_path), "--nats-url", nats.url])

    assert done.exit_code == 0, done.output

    async def streams() -> set[str]:
        async with connected(nats.url, ADMIN, nats.password(ADMIN)) as client:
            return {str(each.config.name) for each in await client.jetstream().streams_info()}

    assert {"directory", "plan-tracking", "advisories", "KV_clock"} <= background.run(streams())


def test_the_server_takes_the_printed_users_with_passwords_from_its_environment(tmp_path: Path) -> None:
    config = tmp_path / "nats.conf"
    config.write_text(RUN.invoke(app, ["nats-config"]).output)
    environment = {variable(user["user"]): "a-long-enough-one" for user in users(str)}

    command = [server_binary(), "-t", "--config", str(config)]
    taken = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    without = subprocess.run(command, env={}, capture_output=True, text=True, check=False)

    assert taken.returncode == 0, taken.stderr
    assert without.returncode != 0


def test_the_printed_users_hold_the_passwords_of_the_secret_files(tmp_path: Path) -> None:
    passwords = Passwords(tmp_path / "passwords.json")
    printed = broker_users(lambda user: passwords[user])
    block = json.loads(printed.removeprefix("authorization: "))

    assert {user["user"]: user["password"] for user in block["users"]} == {
        user: passwords[user] for user in (*(service.name for service in SERVICES), "admin", "tail")
    }
