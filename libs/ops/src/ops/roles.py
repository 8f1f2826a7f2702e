"""Schemas and database roles: an owner nobody can log in as, a migrator, an app and a worker per service."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import asyncpg
from sqlalchemy.engine import make_url

from ops.topology import ServiceSpec

DATABASE = "tandem"
# The part of a role's name after the schema's, by what the role is for.
KINDS = {"app": "app", "worker": "worker", "owner": "migrator"}


@dataclass(frozen=True)
class ServiceDsns:
    """The three URLs (SQLAlchemy, asyncpg) under which one service reaches its schema."""

    schema: str
    app: str
    worker: str
    owner: str

    @classmethod
    def of(cls, schema: str, dsn: Callable[[str], str]) -> "ServiceDsns":
        """Return the URLs of the schema's roles; `dsn` gives a role's URL."""
        return cls(schema, **{kind: dsn(f"{schema}_{name}") for kind, name in KINDS.items()})


async def create_database(admin_dsn: str) -> None:
    """Create the database that the administrator's URL names, closed to everyone not let in; it may exist already."""
    url = make_url(admin_dsn)
    connection = await asyncpg.connect(url.set(database="postgres").render_as_string(hide_password=False))
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", url.database):
            await connection.execute(f'CREATE DATABASE "{url.database}"')
        await connection.execute(f'REVOKE ALL ON DATABASE "{url.database}" FROM PUBLIC')
    finally:
        await connection.close()
    connection = await asyncpg.connect(admin_dsn)
    try:
        await connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    finally:
        await connection.close()


async def create_roles(admin_dsn: str, password_of: Callable[[str], str], services: Iterable[ServiceSpec]) -> None:
    """Create or refresh schema and roles of the services; running twice changes nothing.

    The administrator is a superuser, or a role with CREATEROLE that owns the database.
    """
    connection = await asyncpg.connect(admin_dsn)
    try:
        known = {row["rolname"] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
        database = await connection.fetchval("SELECT current_database()")
        for service in services:
            for statement in _schema_sql(service.package, password_of, known, database):
                await connection.execute(statement)
    finally:
        await connection.close()


def _schema_sql(schema: str, password_of: Callable[[str], str], known: set[str], database: str) -> list[str]:
    owner, migrator, app, worker = (f"{schema}_{kind}" for kind in ("owner", "migrator", "app", "worker"))
    statements = [f"CREATE ROLE {role}" for role in (owner, migrator, app, worker) if role not in known]
    for role in (migrator, app, worker):
        password = password_of(role).replace("'", "''")
        statements += [
            f"ALTER ROLE {role} LOGIN PASSWORD '{password}'",
            f'GRANT CONNECT ON DATABASE "{database}" TO {role}',
            f"ALTER ROLE {role} SET search_path = {schema}",
            f"ALTER ROLE {role} SET timezone = 'UTC'",
            f"ALTER ROLE {role} SET idle_in_transaction_session_timeout = '30s'",
        ]
    return [
        *statements,
        f"GRANT {owner} TO {migrator} WITH INHERIT TRUE, SET TRUE",
        # An administrator who is no superuser may create a schema only for a role that it can become.
        f"GRANT {owner} TO CURRENT_USER",
        f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {owner}",
        f"GRANT USAGE ON SCHEMA {schema} TO {app}, {worker}",
        f"ALTER ROLE {app} SET statement_timeout = '5s'",
        f"ALTER ROLE {app} SET lock_timeout = '2s'",
    ]
