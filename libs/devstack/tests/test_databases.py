"""Schemas and roles: what each role may do, and what a test finds."""

from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
from devstack.postgres import Postgres
from ops.roles import ServiceDsns

ENV = """
from common.migrations import run_env
from sqlalchemy import MetaData
run_env("{schema}", MetaData())
"""

REVISION = """
from alembic import op
revision = "0001"
down_revision = None

def upgrade():
    op.execute("CREATE TABLE note (id int PRIMARY KEY)")
    op.execute("CREATE TABLE seeded (id int PRIMARY KEY)")
    op.execute("INSERT INTO seeded VALUES (1)")
    op.execute("GRANT SELECT, INSERT ON note, seeded TO {schema}_app")
"""


@pytest.fixture
def schema(tmp_path: Path, service_database: Callable[..., ServiceDsns]) -> Callable[[str], ServiceDsns]:
    def make(name: str) -> ServiceDsns:
        (tmp_path / name / "versions").mkdir(parents=True, exist_ok=True)
        (tmp_path / name / "env.py").write_text(ENV.format(schema=name))
        (tmp_path / name / "versions" / "0001_note.py").write_text(REVISION.format(schema=name))
        return service_database(name, migrations=tmp_path / name)

    return make


async def connect(dsn: str) -> asyncpg.Connection:
    return await asyncpg.connect(dsn.replace("+asyncpg", ""))


async def test_an_app_role_works_in_its_own_schema_without_naming_it(schema: Callable[[str], ServiceDsns]) -> None:
    connection = await connect(schema("sample_one").app)

    await connection.execute("INSERT INTO note VALUES (1)")

    assert await connection.fetchval("SELECT count(*) FROM sample_one.note") == 1
    await connection.close()


async def test_a_test_finds_the_rows_of_migrations_and_none_of_another_test(
    schema: Callable[[str], ServiceDsns],
) -> None:
    connection = await connect(schema("sample_one").app)
    await connection.execute("INSERT INTO note VALUES (2)")

    schema("sample_one")

    assert await connection.fetchval("SELECT count(*) FROM note") == 0
    assert await connection.fetchval("SELECT count(*) FROM seeded") == 1
    await connection.close()


@pytest.mark.parametrize("role", ["app", "worker", "owner"])
async def test_no_role_reads_another_services_schema(schema: Callable[[str], ServiceDsns], role: str) -> None:
    schema("sample_one")
    connection = await connect(getattr(schema("sample_two"), role))

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.fetch("SELECT * FROM sample_one.note")

    await connection.close()


async def test_an_app_role_creates_nothing_and_waits_for_nothing_long(schema: Callable[[str], ServiceDsns]) -> None:
    connection = await connect(schema("sample_one").app)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("CREATE TABLE mine (id int)")

    settings = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    assert [await connection.fetchval(f"SHOW {name}") for name in settings] == ["5s", "2s", "30s"]
    await connection.close()


async def test_the_owner_of_the_tables_cannot_log_in(schema: Callable[[str], ServiceDsns], postgres: Postgres) -> None:
    schema("sample_one")
    connection = await asyncpg.connect(postgres.superuser_dsn)

    row = await connection.fetchrow("SELECT * FROM pg_roles WHERE rolname = 'sample_one_owner'")

    assert row is not None
    assert (row["rolcanlogin"], row["rolsuper"], row["rolbypassrls"]) == (False, False, False)
    await connection.close()
