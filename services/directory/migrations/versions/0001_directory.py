"""Tenants, issuers, units, people, manager lines and grants."""

import sqlalchemy as sa
from alembic import op
from common.migrations import create_mechanism_tables, protect
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0001"
down_revision = None


def _keys() -> list[sa.Column]:
    return [
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    ]


def _text(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=nullable)


def _moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean, nullable=False)


def upgrade() -> None:
    """Create everything."""
    create_mechanism_tables("directory")
    op.create_table(
        "tenant",
        *_keys(),
        *(_text(name) for name in ("name", "region", "default_locale", "default_time_zone", "default_calendar_code")),
        _flag("demo"),
        sa.CheckConstraint("id = tenant_id", name="own_id"),
    )
    op.create_table(
        "issuer",
        sa.Column("tenant_id", sa.Uuid, primary_key=True),
        sa.Column("issuer", sa.Text, primary_key=True),
        *(_text(name) for name in ("audience", "jwks_uri", "external_id_claim")),
        sa.Column("algorithms", ARRAY(sa.Text), nullable=False),
        _flag("accepts_plain_jwt"),
    )
    # Across tenants on purpose: an issuer vouches for one tenant only.
    op.create_index("issuer_issuer_idx", "issuer", ["issuer"], unique=True)
    op.create_table(
        "binding",
        sa.Column("tenant_id", sa.Uuid, primary_key=True),
        sa.Column("issuer", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Uuid, nullable=False),
        _moment("bound_at"),
        sa.UniqueConstraint("tenant_id", "issuer", "person_id"),
    )
    op.create_table(
        "machine_client",
        *_keys(),
        *(_text(name) for name in ("issuer", "client_id", "label")),
        sa.Column("scopes", ARRAY(sa.Text), nullable=False),
        _moment("revoked_at", nullable=True),
        sa.UniqueConstraint("tenant_id", "issuer", "client_id"),
    )
    _people_and_units()
    op.create_table(
        "role_grant",
        *_keys(),
        sa.Column("person_id", sa.Uuid, nullable=False),
        _text("role"),
        sa.Column("unit_id", sa.Uuid),
        _text("granted_by"),
        _moment("granted_at"),
        _text("revoked_by", nullable=True),
        _moment("revoked_at", nullable=True),
        sa.CheckConstraint("role IN ('hrbp', 'hr_admin', 'auditor')", name="role"),
    )
    op.create_index(
        "role_grant_in_force_idx",
        "role_grant",
        ["tenant_id", "person_id", "role", sa.text("coalesce(unit_id, '00000000-0000-0000-0000-000000000000'::uuid)")],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "erased",
        sa.Column("tenant_id", sa.Uuid, primary_key=True),
        sa.Column("person_id", sa.Uuid, primary_key=True),
        _moment("erased_at"),
    )
    protect(
        "directory",
        "tenant",
        "issuer",
        "binding",
        "machine_client",
        "unit",
        "job_family",
        "person",
        "manager_span",
        "role_grant",
        "erased",
    )
    # The gateway asks before it knows a tenant; an issuer's row holds nothing about people.
    op.execute("CREATE POLICY everyone_reads ON issuer FOR SELECT TO directory_app USING (true)")


def _people_and_units() -> None:
    op.create_table(
        "unit",
        *_keys(),
        _text("code"),
        _text("name"),
        sa.Column("parent_id", sa.Uuid),
        sa.Column("path", ARRAY(sa.Uuid), nullable=False),
        _flag("active"),
        sa.UniqueConstraint("tenant_id", "code"),
    )
    op.create_table(
        "job_family",
        *_keys(),
        *(_text(name) for name in ("code", "name_zh", "name_en")),
        _flag("core"),
        sa.UniqueConstraint("tenant_id", "code"),
    )
    op.create_table(
        "person",
        *_keys(),
        *(_text(name) for name in ("external_id", "name", "mail", "post")),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("unit_path", ARRAY(sa.Uuid), nullable=False),
        sa.Column("manager_id", sa.Uuid),
        sa.Column("chain", ARRAY(sa.Uuid), nullable=False),
        *(_text(name) for name in ("job_family", "level", "employee_type")),
        sa.Column("hired_on", sa.Date),
        sa.Column("left_on", sa.Date),
        _text("leaving_reason", nullable=True),
        *(_text(name) for name in ("locale", "time_zone", "calendar_code")),
        _flag("placeholder"),
        _flag("active"),
        sa.Column("next_manager_id", sa.Uuid),
        sa.Column("next_manager_on", sa.Date),
        sa.UniqueConstraint("tenant_id", "external_id"),
        sa.CheckConstraint("manager_id <> id", name="own_manager"),
    )
    op.create_index("person_name_idx", "person", ["tenant_id", "name", "id"])
    op.create_index("person_manager_idx", "person", ["tenant_id", "manager_id"])
    op.create_index("person_unit_idx", "person", ["tenant_id", "unit_id"])
    op.create_table(
        "manager_span",
        sa.Column("tenant_id", sa.Uuid, primary_key=True),
        sa.Column("person_id", sa.Uuid, primary_key=True),
        sa.Column("from_on", sa.Date, primary_key=True),
        sa.Column("manager_id", sa.Uuid),
        sa.Column("until_on", sa.Date),
    )
