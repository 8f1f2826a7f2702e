"""The databases of an installation, seen by its administrator across all tenants."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg
from sqlalchemy.engine import make_url

from ops.topology import BY_NAME


@dataclass(frozen=True)
class Installation:
    """Where the schemas are: in one database, or some services' in databases of their own.

    The administrator must pass row-level security (a superuser, or BYPASSRLS).
    """

    dsn: str
    own: Mapping[str, str] = field(default_factory=dict)

    def dsn_of(self, service: str) -> str:
        """Return the administrator's URL of the database that holds the service's schema."""
        return self.own.get(service, self.dsn)

    @asynccontextmanager
    async def connect(self, service: str) -> AsyncIterator[asyncpg.Connection]:
        """Connect with the service's schema as the search path; a row that would be hidden is an error instead."""
        settings = {"search_path": BY_NAME[service].package, "row_security": "off", "timezone": "UTC"}
        connection = await asyncpg.connect(self.dsn_of(service), server_settings=settings)
        await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
        try:
            yield connection
        finally:
            await connection.close()


def plain_dsn(text: str) -> str:
    """Return a database URL without a driver's name, as secrets of database operators differ in it."""
    return make_url(text).set(drivername="postgresql").render_as_string(hide_password=False)
