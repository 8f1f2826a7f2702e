"""Schemas and database roles: an owner nobody can log in as, a migrator, an app and a worker per service."""

from collections.abc import Iterable
from dataclasses import dataclass

import asyncpg

from devstack.passwords import Passwords
from devstack.postgres import Postgres
from devstack.topology import ServiceSpec

DATABASE = "tandem"


@dataclass(frozen=True)
class ServiceDsns:
    """The three URLs (SQLAlchemy, asyncpg) under which one service reaches its schema."""

    schema: str
    app: str
    worker: str
    owner: str

    @classmethod
    def of(cls, server: Postgres, passwords: Passwords, schema: str, database: str = DATABASE) -> "ServiceDsns":
        """Return the URLs of the schema's roles."""

        def dsn(kind: str) -> str:
            role = f"{schema}_{kind}"
            return server.dsn(role, passwords[f"postgres/{role}"], database)

        return cls(schema, app=dsn("app"), worker=dsn("worker"), owner=dsn("migrator"))


async def create_database(server: Postgres, database: str = DATABASE) -> None:
    """Create the database, closed to everyone but the roles that are let in; it may exist already."""
    connection = await asyncpg.connect(server.superuser_dsn)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
            await connection.execute(f'CREATE DATABASE "{database}"')
        await connection.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
    finally:
        await connection.close()
    connection = await asyncpg.connect(server.dsn("postgres", server.password, database, driver=""))
    try:
        await connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    finally:
        await connection.close()


async def create_roles(
    server: Postgres, passwords: Passwords, services: Iterable[ServiceSpec], database: str = DATABASE
) -> None:
    """Create or refresh schema and roles of the services; running twice changes nothing."""
    connection = await asyncpg.connect(server.dsn("postgres", server.password, database, driver=""))
    try:
        known = {row["rolname"] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
        for service in services:
            await connection.execute(_schema_sql(service.package, passwords, known, database))
    finally:
        await connection.close()


def _schema_sql(schema: str, passwords: Passwords, known: set[str], database: str) -> str:
    owner, migrator, app, worker = (f"{schema}_{kind}" for kind in ("owner", "migrator", "app", "worker"))
    statements = [] if owner in known else [f"CREATE ROLE {owner} NOLOGIN"]
    for role in (migrator, app, worker):
        verb = "ALTER" if role in known else "CREATE"
        rights = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
        statements.append(f"{verb} ROLE {role} {rights} PASSWORD '{passwords[f'postgres/{role}']}'")
        statements.append(f'GRANT CONNECT ON DATABASE "{database}" TO {role}')
        statements.append(f"ALTER ROLE {role} SET search_path = {schema}")
        statements.append(f"ALTER ROLE {role} SET timezone = 'UTC'")
        statements.append(f"ALTER ROLE {role} SET idle_in_transaction_session_timeout = '30s'")
    return ";".join(
        [
            *statements,
            f"GRANT {owner} TO {migrator} WITH INHERIT TRUE, SET TRUE",
            f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {owner}",
            f"GRANT USAGE ON SCHEMA {schema} TO {app}, {worker}",
            f"ALTER ROLE {app} SET statement_timeout = '5s'",
            f"ALTER ROLE {app} SET lock_timeout = '2s'",
        ]
    )
