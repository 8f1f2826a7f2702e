"""Mechanism tables and read copies of people, calendars, interviews and KPI results."""

import sqlalchemy as sa
from alembic import op
from common.migrations import create_mechanism_tables, protect
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0001"
down_revision = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables and force row-level security."""
    create_mechanism_tables("plan_tracking")
    op.create_table(
        "unit",
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("path", ARRAY(sa.Uuid), nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_table(
        "person",
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("unit_id", sa.Uuid),
        sa.Column("unit_path", ARRAY(sa.Uuid), nullable=False),
        sa.Column("manager_id", sa.Uuid),
        sa.Column("manager_line", ARRAY(sa.Uuid), nullable=False),
        sa.Column("job_family", sa.Text, nullable=False),
        sa.Column("employee_type", sa.Text, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("calendar_code", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("person_manager_id_idx", "person", ["tenant_id", "manager_id"])
    op.create_index("person_unit_id_idx", "person", ["tenant_id", "unit_id"])
    op.create_index("person_calendar_code_idx", "person", ["tenant_id", "calendar_code"])
    op.create_table(
        "calendar",
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("calendar_version", sa.BigInteger, nullable=False),
        sa.Column("years", JSONB, nullable=False),
        sa.Column("hours", JSONB, nullable=False),
        sa.Column("provisional", JSONB, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("calendar_code_idx", "calendar", ["tenant_id", "code"], unique=True)
    op.create_table(
        "interview",
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("employee_id", sa.Uuid, nullable=False),
        sa.Column("manager_id", sa.Uuid),
        sa.Column("past_managers", JSONB, nullable=False),
        sa.Column("past_manager_ids", ARRAY(sa.Uuid), nullable=False),
        sa.Column("job_family", sa.Text, nullable=False),
        sa.Column("employee_type", sa.Text, nullable=False),
        sa.Column("playbook_id", sa.Uuid, nullable=False),
        sa.Column("playbook_version", sa.Integer, nullable=False),
        sa.Column("rules", JSONB, nullable=False),
        sa.Column("shortfalls", JSONB, nullable=False),
        sa.Column("requests", JSONB, nullable=False),
        sa.Column("session_ended_at", _MOMENT),
        sa.Column("open_disputes", JSONB, nullable=False),
        sa.Column("last_dispute_decided_at", _MOMENT),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("interview_employee_id_idx", "interview", ["tenant_id", "employee_id"])
    op.create_table(
        "kpi_result",
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("metric_code", sa.Text, nullable=False),
        sa.Column("period_from", sa.Date, nullable=False),
        sa.Column("period_until", sa.Date, nullable=False),
        sa.Column("target", sa.Numeric),
        sa.Column("actual", sa.Numeric, nullable=False),
        sa.Column("measure_unit", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.Column("supersedes_id", sa.Uuid),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("kpi_result_person_id_metric_code_idx", "kpi_result", ["tenant_id", "person_id", "metric_code"])
    op.create_index("kpi_result_supersedes_id_idx", "kpi_result", ["tenant_id", "supersedes_id"])
    protect("plan_tracking", "unit", "person", "calendar", "interview", "kpi_result")
