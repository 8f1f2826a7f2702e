"""What follows a plan in force, and the ledger rows."""

import sqlalchemy as sa
from alembic import op
from common.migrations import protect
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables and force row-level security."""
    op.create_table(
        "check_in",
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("period_due_at", _MOMENT, nullable=False),
        sa.Column("goals", JSONB, nullable=False),
        sa.Column("measures", JSONB, nullable=False),
        sa.Column("note", sa.LargeBinary),
        sa.Column("recorded_by", sa.Uuid, nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index(
        "check_in_plan_id_period_due_at_idx", "check_in", ["tenant_id", "plan_id", "period_due_at"], unique=True
    )
    op.create_table(
        "measure_report",
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("measure_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("percent", sa.Integer, nullable=False),
        sa.Column("note", sa.LargeBinary),
        sa.Column("check_in_id", sa.Uuid),
        sa.Column("reported_by", sa.Uuid, nullable=False),
        sa.Column("reported_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name="measure_report_percent_check"),
    )
    op.create_index(
        "measure_report_plan_id_measure_id_id_idx", "measure_report", ["tenant_id", "plan_id", "measure_id", "id"]
    )
    op.create_table(
        "blocker",
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("interview_id", sa.Uuid, nullable=False),
        sa.Column("employee_id", sa.Uuid, nullable=False),
        sa.Column("measure_id", sa.Uuid),
        sa.Column("description", sa.LargeBinary, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("resolve_by", _MOMENT, nullable=False),
        sa.Column("raised_by", sa.Uuid, nullable=False),
        sa.Column("raised_at", _MOMENT, nullable=False),
        sa.Column("escalated_at", _MOMENT),
        sa.Column("resolution", sa.LargeBinary),
        sa.Column("resolved_by", sa.Uuid),
        sa.Column("resolved_at", _MOMENT),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.CheckConstraint("state IN ('open', 'escalated', 'resolved')", name="blocker_state_check"),
    )
    op.create_index("blocker_plan_id_idx", "blocker", ["tenant_id", "plan_id"])
    op.create_index("blocker_owner_id_idx", "blocker", ["tenant_id", "owner_id"])
    op.create_index("blocker_resolve_by_id_idx", "blocker", ["tenant_id", "resolve_by", "id"])
    op.create_table(
        "review",
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("first", sa.Boolean, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("figures", JSONB, nullable=False),
        sa.Column("reviewed_by", sa.Uuid, nullable=False),
        sa.Column("reviewed_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.CheckConstraint(
            "verdict IN ('continue', 'adjust', 'achieved', 'not_achieved')", name="review_verdict_check"
        ),
    )
    op.create_index("review_plan_id_id_idx", "review", ["tenant_id", "plan_id", "id"])
    op.create_table(
        "step",
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("interview_id", sa.Uuid, nullable=False),
        sa.Column("plan_id", sa.Uuid),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("occurrence", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("employee_id", sa.Uuid, nullable=False),
        sa.Column("manager_id", sa.Uuid),
        sa.Column("responsible_id", sa.Uuid),
        sa.Column("after_first_review", sa.Boolean, nullable=False),
        sa.Column("anchor_at", _MOMENT),
        sa.Column("anchor_days", sa.Integer),
        sa.Column("due_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("waived_by", sa.Text),
        sa.Column("waiver_reason", sa.Text),
        sa.Column("waiver_note", sa.LargeBinary),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.CheckConstraint("state IN ('open', 'done', 'missed', 'waived', 'withdrawn')", name="step_state_check"),
    )
    op.create_index("step_interview_id_idx", "step", ["tenant_id", "interview_id"])
    op.create_index("step_employee_id_idx", "step", ["tenant_id", "employee_id"])
    protect("plan_tracking", "check_in", "blocker", "step")
    protect("plan_tracking", "measure_report", rights="SELECT, INSERT")
    protect("plan_tracking", "review", rights="SELECT, INSERT")
