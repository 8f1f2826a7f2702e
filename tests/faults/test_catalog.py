"""T24: the database itself says that no tenant's rows can be seen by another."""

from typing import Any

import asyncpg
import pytest
from devstack.background import Background
from devstack.testing import StackUnderTest

pytestmark = pytest.mark.faults

# Installation-wide by design; a letter that cannot be read may name no tenant, a lease belongs to a process.
UNSCOPED = {"dead_letter", "lease", "epoch", "alembic_version"}

TABLES = """
SELECT n.nspname AS schema, c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
       pg_get_userbyid(c.relowner) AS owner,
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id') AS has_tenant,
       EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polqual IS NOT NULL
               AND p.polwithcheck IS NOT NULL AND p.polname = 'tenant') AS guarded
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY ($1)
"""
UNIQUE_WITHOUT_TENANT = """
SELECT n.nspname || '.' || t.relname || ' ' || i.relname AS index
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE x.indisunique AND n.nspname = ANY ($1) AND NOT t.relname = ANY ($2)
AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'tenant_id'
                AND a.attnum = ANY (x.indkey))
"""
# Keys that no tenant chooses: an id of the database's own, and the issuer, which vouches for one tenant only.
KNOWN = {
    "outbox outbox_pkey",
    "outbox outbox_event_id_key",
    "directory.issuer issuer_issuer_idx",
}


@pytest.fixture(scope="module")
def query(faulty: StackUnderTest, background: Background) -> Any:
    schemas = ["directory", "scheduling", "interview_record", "plan_tracking", "notification", "metrics"]

    def ask(sql: str, *arguments: Any) -> list[asyncpg.Record]:
        async def run() -> list[asyncpg.Record]:
            connection = await asyncpg.connect(faulty.superuser_dsn)
            try:
                return list(await connection.fetch(sql, schemas, *arguments))
            finally:
                await connection.close()

        return background.run(run())

    return ask


def test_t24_every_tenant_table_forces_row_level_security_by_a_policy_with_check(query: Any) -> None:
    tables = [row for row in query(TABLES) if row["name"] not in UNSCOPED]
    assert len(tables) > 60
    open_tables = [
        f"{row['schema']}.{row['name']}"
        for row in tables
        if not (row["has_tenant"] and row["enabled"] and row["forced"] and row["guarded"])
    ]
    assert open_tables == []
    assert {row["owner"] for row in tables} == {f"{row['schema']}_owner" for row in tables}


def test_t24_no_role_of_a_service_passes_row_level_security(query: Any) -> None:
    roles = query(
        "SELECT rolname FROM pg_roles WHERE (rolsuper OR rolbypassrls) "
        "AND $1::text[] IS NOT NULL AND rolname NOT LIKE 'pg_%' AND rolname <> 'postgres'"
    )
    assert roles == []


def test_t24_views_look_with_their_callers_eyes(query: Any) -> None:
    views = query(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind = 'v' AND n.nspname = ANY ($1) "
        "AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false)"
    )
    assert views == []


def test_t24_unique_keys_hold_the_tenant_so_that_none_tells_of_another(query: Any) -> None:
    found = {row["index"] for row in query(UNIQUE_WITHOUT_TENANT, sorted(UNSCOPED))}
    unknown = {each for each in found if each not in KNOWN and each.split(".", 1)[1] not in KNOWN}
    assert unknown == set()
