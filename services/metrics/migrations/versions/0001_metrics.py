"""Facts, the ledger, read models, targets and what was disclosed."""

import sqlalchemy as sa
from alembic import op
from common.migrations import create_mechanism_tables, protect
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0001"
down_revision = None


def _id(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid, nullable=nullable)


def _text(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=nullable)


def _moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean, nullable=False)


def _number(name: str, **more) -> sa.Column:
    return sa.Column(name, sa.BigInteger, nullable=False, **more)


def _dimensions() -> list[sa.Column]:
    return [
        _id("unit_id"),
        sa.Column("unit_path", ARRAY(sa.Uuid), nullable=False),
        _text("job_family"),
        _flag("core_family"),
        _text("level"),
        _text("employee_type"),
    ]


def _projection(name: str, *columns: sa.Column) -> None:
    op.create_table(
        name,
        _id("tenant_id"),
        _id("id"),
        *columns,
        sa.Column("epoch", sa.Integer, nullable=False),
        _number("sequence"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )


def upgrade() -> None:
    """Create everything."""
    create_mechanism_tables("metrics")
    op.create_table(
        "fact",
        _id("tenant_id"),
        _id("event_id"),
        _number("position", server_default=sa.Identity(always=True)),
        _id("subject_id"),
        _text("source"),
        _text("event_type"),
        _id("aggregate_id"),
        sa.Column("epoch", sa.Integer, nullable=False),
        _number("sequence"),
        _moment("occurred_at"),
        _text("actor"),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "event_id"),
    )
    op.create_index("fact_subject_idx", "fact", ["tenant_id", "subject_id", "position"], unique=True)
    # Append-only: what the product may do to a fact ends with writing it.
    protect("metrics", "fact", rights="SELECT, INSERT")
    _people()
    _cases()
    _outcomes()
    _settings()


def _people() -> None:
    _projection("tenant_zone", _text("time_zone"), _moment("tenant_created_at"))
    _projection("unit", sa.Column("path", ARRAY(sa.Uuid), nullable=False))
    _projection(
        "person",
        *_dimensions(),
        _id("manager_id", nullable=True),
        _text("time_zone"),
        _flag("placeholder"),
        _flag("active"),
    )
    op.create_index("person_manager_idx", "person", ["tenant_id", "manager_id"])
    op.create_table(
        "cycle_member",
        _id("tenant_id"),
        _id("cycle_id"),
        _id("person_id"),
        *_dimensions(),
        _id("manager_id", nullable=True),
        _id("interview_id", nullable=True),
        _text("left_out_reason"),
        sa.PrimaryKeyConstraint("tenant_id", "cycle_id", "person_id"),
    )
    protect("metrics", "tenant_zone", "unit", "person", "cycle_member")


def _cases() -> None:
    _projection(
        "interview",
        *_dimensions(),
        _id("employee_id"),
        *(_id(name, nullable=True) for name in ("manager_id", "first_manager_id", "cycle_id")),
        _text("state"),
        _moment("opened_at"),
        *(_moment(name, nullable=True) for name in ("session_ended_at", "concluded_at", "archived_at", "last_due_at")),
        _text("month", nullable=True),
        _flag("countable"),
        _flag("compliant"),
    )
    op.create_index("interview_employee_idx", "interview", ["tenant_id", "employee_id", "concluded_at"])
    op.create_index("interview_last_due_idx", "interview", ["tenant_id", "last_due_at", "id"])
    op.create_index("interview_cycle_idx", "interview", ["tenant_id", "cycle_id"])
    for manager in ("manager", "first_manager"):
        op.create_index(f"interview_{manager}_idx", "interview", ["tenant_id", f"{manager}_id"])
    _projection(
        "ledger_row",
        _id("interview_id"),
        _text("step"),
        _text("occurrence"),
        _id("employee_id"),
        *(_id(name, nullable=True) for name in ("manager_id", "responsible_id", "object_id")),
        _flag("required"),
        _flag("after_first_review"),
        _text("state"),
        _flag("late"),
        _moment("due_at", nullable=True),
        _moment("sorts_at"),
        _moment("ended_at", nullable=True),
        _text("waived_by"),
        _text("waiver_reason"),
        _text("month", nullable=True),
        _id("counted_manager_id", nullable=True),
        sa.CheckConstraint("state IN ('open', 'done', 'missed', 'waived', 'withdrawn')", name="state"),
    )
    op.create_index("ledger_row_interview_idx", "ledger_row", ["tenant_id", "interview_id"])
    by_due = ["sorts_at", "id"]
    op.create_index("ledger_row_sorts_idx", "ledger_row", ["tenant_id", *by_due])
    for person in ("employee", "manager", "responsible", "counted_manager"):
        op.create_index(f"ledger_row_{person}_idx", "ledger_row", ["tenant_id", f"{person}_id", *by_due])
    op.create_index(
        "ledger_row_open_idx", "ledger_row", ["tenant_id", *by_due], postgresql_where=sa.text("state = 'open'")
    )
    protect("metrics", "interview", "ledger_row")


def _outcomes() -> None:
    _projection(
        "evaluation",
        _id("interview_id"),
        _id("employee_id"),
        _text("evaluator"),
        sa.Column("content_mean", sa.Float, nullable=False),
        _number("position"),
        sa.CheckConstraint("evaluator IN ('employee', 'manager')", name="evaluator"),
    )
    op.create_index("evaluation_employee_idx", "evaluation", ["tenant_id", "employee_id"])
    _projection(
        "plan",
        _id("interview_id"),
        _id("employee_id"),
        _id("manager_id", nullable=True),
        _text("state"),
        _text("withdraw_reason"),
        _moment("in_force_at", nullable=True),
        sa.Column("ends_on", sa.Date),
        _moment("closed_at", nullable=True),
        sa.Column("ended_on", sa.Date),
        _moment("ends_at", nullable=True),
        _text("month", nullable=True),
    )
    op.create_index("plan_interview_idx", "plan", ["tenant_id", "interview_id"])
    op.create_index("plan_employee_idx", "plan", ["tenant_id", "employee_id"])
    op.create_index("plan_ends_idx", "plan", ["tenant_id", "ends_at", "id"])
    _projection(
        "blocker", _id("interview_id"), _id("employee_id"), _moment("raised_at"), _moment("resolved_at", nullable=True)
    )
    op.create_index("blocker_interview_idx", "blocker", ["tenant_id", "interview_id"])
    op.create_index("blocker_employee_idx", "blocker", ["tenant_id", "employee_id"])
    protect("metrics", "evaluation", "plan", "blocker")


def _settings() -> None:
    op.create_table(
        "target_set",
        _id("tenant_id"),
        _id("id"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("programme_starts_on", sa.Date, nullable=False),
        sa.Column("targets", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.CheckConstraint("id = tenant_id", name="own_id"),
    )
    op.create_table(
        "disclosure",
        _id("tenant_id"),
        _id("id"),
        _text("reader"),
        sa.Column("selection", JSONB, nullable=False),
        _number("up_to_position"),
        sa.Column("satisfied", sa.Integer, nullable=False),
        sa.Column("given", sa.Integer, nullable=False),
        _moment("shown_at"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("disclosure_reader_idx", "disclosure", ["tenant_id", "reader", "given"])
    protect("metrics", "target_set", "disclosure")
