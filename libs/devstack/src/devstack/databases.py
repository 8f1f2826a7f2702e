"""Migrated schemas for tests: made once per session, emptied before each use."""

import importlib.util
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
from ops.roles import ServiceDsns, create_roles
from ops.topology import ServiceSpec

from devstack.background import Background
from devstack.passwords import Passwords
from devstack.postgres import Postgres

_EMPTY = """
SET lock_timeout = '5s';
SET session_replication_role = replica;
DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = '{schema}'
  LOOP
    IF NOT name = ANY ({kept}) THEN EXECUTE 'DELETE FROM ' || name; END IF;
  END LOOP;
END $$
"""


class ServiceDatabases:
    """The services' schemas on one server; rows that migrations bring stay, all others go."""

    def __init__(self, server: Postgres, passwords: Passwords, background: Background) -> None:
        self._server = server
        self._passwords = passwords
        self._background = background
        self._kept: dict[str, list[str]] = {}

    def clean(self, package: str, migrations: Path | None = None) -> ServiceDsns:
        """Return the schema of the package, migrated and without rows of an earlier test."""
        dsns = self._server.dsns(package, self._passwords)
        if package in self._kept:
            self._background.run(self._empty(package))
            return dsns
        self._background.run(create_roles(self._server.admin_dsn, self._passwords.of_role, [ServiceSpec(package)]))
        folder = migrations or migrations_of(package)
        # Alembic runs a loop of its own, so it needs a thread that has none.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(_migrate, folder, dsns.owner).result()
        self._kept[package] = self._background.run(self._filled(package))
        return dsns

    async def _empty(self, schema: str) -> None:
        connection = await self._connect()
        try:
            kept = ", ".join(f"'{table}'" for table in self._kept[schema])
            await connection.execute(_EMPTY.format(schema=schema, kept=f"ARRAY[{kept}]::text[]"))
        finally:
            await connection.close()

    async def _filled(self, schema: str) -> list[str]:
        connection = await self._connect()
        try:
            tables = await connection.fetch(
                "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = $1", schema
            )
            names = [row["name"] for row in tables]
            return [name for name in names if await connection.fetchval(f"SELECT EXISTS (TABLE {name})")]
        finally:
            await connection.close()

    async def _connect(self) -> asyncpg.Connection:
        return await asyncpg.connect(self._server.admin_dsn)


def migrations_of(package: str) -> Path:
    """Return the migrations folder of an installed service; raise LookupError if there is none."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise LookupError(f"package {package} is not installed")
    folder = Path(spec.origin).parents[2] / "migrations"
    if not folder.is_dir():
        raise LookupError(f"{folder} does not exist")
    return folder


def _migrate(folder: Path, owner_dsn: str) -> None:
    from common.migrations import migrate

    migrate(folder, owner_dsn)
