"""Interviews: the case, preparation, session, evaluations, archive, ledger rows, and read copies of scheduling."""

import sqlalchemy as sa
from alembic import op
from common.migrations import protect
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
UNFINISHED = sa.text("state IN ('open', 'in_progress')")


def tenant() -> sa.Column:
    return sa.Column("tenant_id", sa.Uuid, primary_key=True)


def key() -> list[sa.Column]:
    return [tenant(), sa.Column("id", sa.Uuid, primary_key=True)]


def resource() -> list[sa.Column]:
    return [
        *key(),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=sa.func.now()),
    ]


def copy() -> list[sa.Column]:
    return [
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
    ]


def words(table: str, column: str, *allowed: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        f"{column} IN ({', '.join(repr(word) for word in allowed)})", name=f"{table}_{column}_check"
    )


def of_interview(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "interview_id"], ["interview.tenant_id", "interview.id"], name=f"{table}_interview_fkey"
    )


def upgrade() -> None:
    create_interview()
    create_step()
    create_preparation()
    create_session()
    create_record()
    create_copies()
    protect(
        "interview_record",
        "interview",
        "step",
        "briefing",
        "self_analysis",
        "dispute",
        "session",
        "segment",
        "cited_fact",
        "evaluation",
        "archive_item",
        "archive_receipt",
        "calendar",
        "booking",
    )


def create_interview() -> None:
    op.create_table(
        "interview",
        *resource(),
        sa.Column("employee_id", sa.Uuid, nullable=False),
        sa.Column("manager_id", sa.Uuid),
        sa.Column("cycle_id", sa.Uuid),
        sa.Column("playbook_id", sa.Uuid, nullable=False),
        sa.Column("playbook_version", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("opened_by", sa.Text, nullable=False),
        sa.Column("hold_by", sa.Date, nullable=False),
        sa.Column("window_from", sa.Date),
        sa.Column("period_from", sa.Date, nullable=False),
        sa.Column("period_until", sa.Date, nullable=False),
        sa.Column("dimensions", postgresql.JSONB, nullable=False),
        sa.Column("unit_path", sa.ARRAY(sa.Uuid), nullable=False),
        sa.Column("past_manager_ids", sa.ARRAY(sa.Uuid), nullable=False),
        sa.Column("past_managers", postgresql.JSONB, nullable=False),
        sa.Column("shortfalls", postgresql.JSONB, nullable=False),
        sa.Column("core_goal", sa.LargeBinary),
        sa.Column("directions", sa.LargeBinary),
        sa.Column("core_goal_set_at", MOMENT),
        sa.Column("data_confirmed_at", MOMENT),
        sa.Column("briefed_at", MOMENT),
        sa.Column("briefing_version", sa.Integer, nullable=False),
        sa.Column("self_analysis_submitted_at", MOMENT),
        sa.Column("requests", postgresql.JSONB, nullable=False),
        sa.Column("booking_id", sa.Uuid),
        sa.Column("starts_at", MOMENT),
        sa.Column("session_started_at", MOMENT),
        sa.Column("session_ended_at", MOMENT),
        sa.Column("open_dispute_ids", postgresql.JSONB, nullable=False),
        sa.Column("last_dispute_decided_at", MOMENT),
        sa.Column("plan_id", sa.Uuid),
        sa.Column("conclusion", sa.Text),
        sa.Column("concluded_at", MOMENT),
        sa.Column("archived_at", MOMENT),
        sa.Column("first_reviewed_at", MOMENT),
        sa.Column("plan_ended_at", MOMENT),
        sa.Column("closed_at", MOMENT),
        sa.Column("cancelled_at", MOMENT),
        sa.Column("cancel_reason", sa.Text),
        sa.Column("cancel_text", sa.LargeBinary),
        words("interview", "state", "open", "in_progress", "concluded", "archived", "closed", "cancelled"),
        words("interview", "conclusion", "signed", "issued", "withdrawn"),
        words(
            "interview",
            "cancel_reason",
            "person_left",
            "opened_by_mistake",
            "shortfall_gone",
            "cycle_cancelled",
            "other",
        ),
    )
    # One case at a time per employee, by the database.
    op.create_index(
        "interview_unfinished_key", "interview", ["tenant_id", "employee_id"], unique=True, postgresql_where=UNFINISHED
    )
    op.create_index("interview_employee_idx", "interview", ["tenant_id", "employee_id", "id"])
    op.create_index("interview_manager_idx", "interview", ["tenant_id", "manager_id", "id"])
    op.create_index("interview_cycle_idx", "interview", ["tenant_id", "cycle_id", "id"])
    op.create_index("interview_plan_idx", "interview", ["tenant_id", "plan_id"])
    op.create_index("interview_unit_path_idx", "interview", ["unit_path"], postgresql_using="gin")


def create_step() -> None:
    op.create_table(
        "step",
        *key(),
        sa.Column("interview_id", sa.Uuid, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("occurrence", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("employee_id", sa.Uuid, nullable=False),
        sa.Column("manager_id", sa.Uuid),
        sa.Column("responsible", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Uuid),
        sa.Column("required", sa.Boolean, nullable=False),
        sa.Column("after_first_review", sa.Boolean, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("counted_from", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("ended_by", sa.Text),
        sa.Column("waiver_reason", sa.Text),
        sa.Column("waiver_text", sa.LargeBinary),
        words("step", "state", "open", "done", "missed", "waived", "withdrawn"),
        words("step", "step", "data_ready", "goal_set", "shared", "self_analysis", "held", "archived", "evaluated"),
        of_interview("step"),
    )
    op.create_index("step_interview_idx", "step", ["tenant_id", "interview_id", "step", "occurrence"], unique=True)
    op.create_index("step_open_idx", "step", ["tenant_id", "employee_id"], postgresql_where=sa.text("state = 'open'"))


def create_preparation() -> None:
    op.create_table(
        "briefing",
        *key(),
        sa.Column("interview_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("content_hash", sa.LargeBinary, nullable=False),
        sa.Column("shared_at", MOMENT, nullable=False),
        sa.Column("shared_by", sa.Text, nullable=False),
        sa.Column("seen_at", MOMENT),
        of_interview("briefing"),
    )
    op.create_index("briefing_number_key", "briefing", ["tenant_id", "interview_id", "number"], unique=True)
    op.create_table(
        "self_analysis",
        *resource(),
        sa.Column("employee_id", sa.Uuid, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("submitted_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"], ["interview.tenant_id", "interview.id"], name="self_analysis_interview_fkey"
        ),
    )
    op.create_table(
        "dispute",
        *resource(),
        sa.Column("interview_id", sa.Uuid, nullable=False),
        sa.Column("fact_kind", sa.Text, nullable=False),
        sa.Column("fact_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("text", sa.LargeBinary, nullable=False),
        sa.Column("opened_by", sa.Text, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("decide_by", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_by", sa.Text),
        sa.Column("decision_reason", sa.LargeBinary),
        words("dispute", "fact_kind", "kpi_result", "incident", "highlight", "shortfall"),
        words("dispute", "state", "open", "upheld", "rejected"),
        of_interview("dispute"),
    )
    op.create_index("dispute_interview_idx", "dispute", ["tenant_id", "interview_id", "id"])
    op.create_index(
        "dispute_open_key",
        "dispute",
        ["tenant_id", "interview_id", "fact_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )


def create_session() -> None:
    op.create_table(
        "session",
        *resource(),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("touched_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"], ["interview.tenant_id", "interview.id"], name="session_interview_fkey"
        ),
    )
    op.create_table(
        "segment",
        *key(),
        sa.Column("interview_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.Column("segment", sa.Text, nullable=False),
        sa.Column("planned_minutes", sa.SmallInteger, nullable=False),
        sa.Column("started_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("notes", sa.LargeBinary),
        of_interview("segment"),
    )
    op.create_index("segment_interview_key", "segment", ["tenant_id", "interview_id", "segment"], unique=True)
    op.create_table(
        "cited_fact",
        tenant(),
        sa.Column("interview_id", sa.Uuid, primary_key=True),
        sa.Column("fact_id", sa.Uuid, primary_key=True),
        sa.Column("fact_kind", sa.Text, nullable=False),
        sa.Column("segment", sa.Text, nullable=False),
        sa.Column("cited_at", MOMENT, nullable=False),
        of_interview("cited_fact"),
    )


def create_record() -> None:
    op.create_table(
        "evaluation",
        *resource(),
        sa.Column("interview_id", sa.Uuid, nullable=False),
        sa.Column("evaluator", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("scores", sa.ARRAY(sa.SmallInteger), nullable=False),
        sa.Column("text", sa.LargeBinary),
        sa.Column("evaluated_at", MOMENT, nullable=False),
        words("evaluation", "evaluator", "employee", "manager"),
        of_interview("evaluation"),
    )
    op.create_index("evaluation_side_key", "evaluation", ["tenant_id", "interview_id", "evaluator"], unique=True)
    op.create_table(
        "archive_item",
        *resource(),
        sa.Column("interview_id", sa.Uuid, nullable=False),
        sa.Column("employee_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("occurrence", sa.Text, nullable=False),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("amendment", sa.Integer, nullable=False),
        sa.Column("caused_at", MOMENT, nullable=False),
        sa.Column("file_id", sa.Uuid),
        sa.Column("content_hash", sa.LargeBinary),
        sa.Column("frozen_at", MOMENT),
        sa.Column("archived_at", MOMENT),
        words("archive_item", "kind", "package", "revision", "amendment"),
        of_interview("archive_item"),
    )
    op.create_index(
        "archive_item_occurrence_key", "archive_item", ["tenant_id", "interview_id", "occurrence"], unique=True
    )
    op.create_index("archive_item_employee_idx", "archive_item", ["tenant_id", "employee_id", "id"])
    op.create_table(
        "archive_receipt",
        tenant(),
        sa.Column("archive_item_id", sa.Uuid, primary_key=True),
        sa.Column("destination", sa.Text, primary_key=True),
        sa.Column("receipt", sa.Text, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
    )


def create_copies() -> None:
    op.create_table(
        "calendar",
        *key(),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("facts", postgresql.JSONB, nullable=False),
        *copy(),
    )
    op.create_index("calendar_code_key", "calendar", ["tenant_id", "code"], unique=True)
    op.create_table(
        "booking",
        *key(),
        sa.Column("interview_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("duration_minutes", sa.Integer, nullable=False),
        *copy(),
    )
    op.create_index("booking_interview_idx", "booking", ["tenant_id", "interview_id"])
