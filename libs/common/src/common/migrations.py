"""What every service's migrations share: the mechanism tables and the row-level security floor."""

import asyncio
from pathlib import Path

import sqlalchemy as sa
from alembic import command, context, op
from alembic.config import Config
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine

from common.tables import epoch, mechanisms

TENANT_SCOPE = "(SELECT nullif(current_setting('app.tenant', true), '')::uuid)"

# Tables that workers sweep across tenants, with what a worker may do to each.
WORKER_TABLES = {
    "outbox": "SELECT, INSERT, UPDATE, DELETE",
    "inbox": "SELECT, DELETE",
    "due": "SELECT, UPDATE",
    "operation": "SELECT, UPDATE",
    "dead_letter": "SELECT, INSERT, UPDATE",
    "idempotency": "SELECT, DELETE",
}
# dead_letter and lease are installation-wide: a letter that cannot be read may name no tenant.
_UNSCOPED = {"dead_letter", "lease"}
_APP_RIGHTS = {"audit": "SELECT, INSERT", "outbox": "SELECT, INSERT", "inbox": "SELECT, INSERT"}


def create_mechanism_tables(schema: str) -> None:
    """Create outbox, inbox, due, operation and the rest, with roles `<schema>_app` and `<schema>_worker`."""
    bind = op.get_bind()
    mechanisms.create_all(bind, tables=[table for table in mechanisms.tables.values() if table is not epoch])
    op.create_index("outbox_unpublished_idx", "outbox", ["id"], postgresql_where=sa.text("published_at IS NULL"))
    op.create_index("outbox_published_idx", "outbox", ["published_at"])
    op.create_index("due_due_at_idx", "due", ["due_at"])
    op.create_index(
        "operation_state_idx", "operation", ["state"], postgresql_where=sa.text("state IN ('pending', 'running')")
    )
    op.create_index("audit_resource_idx", "audit", ["tenant_id", "resource_type", "resource_id"])
    op.create_index("audit_unchained_idx", "audit", ["id"], postgresql_where=sa.text("seq IS NULL"))
    op.create_index("audit_seq_idx", "audit", ["tenant_id", "seq"], unique=True)
    for table in mechanisms.tables:
        if table in _UNSCOPED or table == epoch.name:
            continue
        _protect(schema, table, _APP_RIGHTS.get(table, "SELECT, INSERT, UPDATE, DELETE"))
    for table, rights in WORKER_TABLES.items():
        op.execute(f"GRANT {rights} ON {table} TO {schema}_worker")
        if table not in _UNSCOPED:
            op.execute(f"CREATE POLICY worker ON {table} TO {schema}_worker USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON lease TO {schema}_worker")
    op.execute(f"GRANT INSERT ON dead_letter TO {schema}_app")
    op.execute(f"GRANT SELECT, UPDATE (seq, hash) ON audit TO {schema}_worker")
    op.execute(f"CREATE POLICY worker ON audit TO {schema}_worker USING (true) WITH CHECK (true)")


def index_stream_positions() -> None:
    """Let a publisher's relay find quickly what stands where in its stream."""
    op.create_index("outbox_stream_seq_idx", "outbox", ["stream_seq"])


def create_epoch(schema: str) -> None:
    """Create the table of epochs, which only a restore writes, and the indexes that retention deletes by."""
    epoch.create(op.get_bind())
    op.execute(f"GRANT SELECT ON {epoch.name} TO {schema}_app, {schema}_worker")
    op.create_index("inbox_handled_at_idx", "inbox", ["handled_at"])
    op.create_index("idempotency_created_at_idx", "idempotency", ["created_at"])


def protect(schema: str, *tables: str, rights: str = "SELECT, INSERT, UPDATE, DELETE") -> None:
    """Force row-level security by tenant on the tables and grant the app role its rights."""
    for table in tables:
        _protect(schema, table, rights)


def _protect(schema: str, table: str, rights: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON {table} TO {schema}_app "
        f"USING (tenant_id = {TENANT_SCOPE}) WITH CHECK (tenant_id = {TENANT_SCOPE})"
    )
    op.execute(f"GRANT {rights} ON {table} TO {schema}_app")


def run_env(schema: str, metadata: MetaData) -> None:
    """Run from a service's `migrations/env.py`: migrate online as the schema's owner, one at a time."""
    url = context.config.get_main_option("sqlalchemy.url")
    if url is None:
        raise RuntimeError("migrations run through common.migrations.migrate")
    asyncio.run(_run_online(url, schema, metadata))


async def _run_online(url: str, schema: str, metadata: MetaData) -> None:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_configure_and_run, schema, metadata)
            await connection.commit()
    finally:
        await engine.dispose()


def _configure_and_run(connection: Connection, schema: str, metadata: MetaData) -> None:
    connection.execute(sa.text(f"SET ROLE {schema}_owner"))
    connection.execute(sa.text(f"SET search_path = {schema}"))
    connection.execute(sa.text("SET lock_timeout = '5s'"))
    connection.execute(sa.text("SELECT pg_advisory_lock(hashtext(:schema))"), {"schema": schema})
    # The statements above opened a transaction of their own; settings made with SET outlive its commit.
    connection.commit()
    connection.dialect.default_schema_name = schema
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_name=lambda name, kind, _: not (kind == "table" and name in mechanisms.tables),
        transaction_per_migration=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    # A service is ready only when it sees the revision it needs.
    connection.execute(sa.text(f"GRANT SELECT ON alembic_version TO {schema}_app"))


def alembic_config(folder: Path, owner_dsn: str) -> Config:
    """Return an Alembic configuration for a service's `migrations/` folder."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    config.set_main_option("sqlalchemy.url", owner_dsn.replace("%", "%%"))
    return config


def migrate(folder: Path, owner_dsn: str, revision: str = "head") -> None:
    """Bring the schema to the revision (default: newest); running twice changes nothing."""
    command.upgrade(alembic_config(folder, owner_dsn), revision)
