"""Messages, deliveries, preferences, and read copies of what others own."""

import sqlalchemy as sa
from alembic import op
from common.migrations import create_mechanism_tables, protect
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0001"
down_revision = None


def _keys(*, projection: bool = False) -> list[sa.Column]:
    own = [
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    ]
    copied = [
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
    ]
    return [
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        *(copied if projection else own),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    ]


def _id(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid, nullable=nullable)


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False)


def _moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer, nullable=False)


def _flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean, nullable=False)


def _json(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, JSONB, nullable=nullable)


def upgrade() -> None:
    """Create everything."""
    create_mechanism_tables("notification")
    _own()
    _directory_copies()
    _case_copies()


def _own() -> None:
    op.create_table(
        "message",
        *_keys(),
        _id("recipient_id"),
        *(_text(name) for name in ("template", "dedupe_key", "resource_type")),
        _id("resource_id"),
        _id("interview_id", nullable=True),
        _id("step_id", nullable=True),
        _flag("needs_action"),
        _json("facts"),
        _json("guard"),
        _json("calendar", nullable=True),
        _moment("sent_at"),
        _moment("read_at", nullable=True),
    )
    op.create_index("message_dedupe_key_idx", "message", ["tenant_id", "dedupe_key"], unique=True)
    op.create_index("message_box_idx", "message", ["tenant_id", "recipient_id", "sent_at", "id"])
    op.create_index(
        "message_unread_idx",
        "message",
        ["tenant_id", "recipient_id", "sent_at", "id"],
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index(
        "message_open_step_idx", "message", ["tenant_id", "step_id"], postgresql_where=sa.text("needs_action")
    )
    op.create_table(
        "delivery",
        *_keys(),
        _id("message_id"),
        _id("recipient_id"),
        *(_text(name) for name in ("channel", "template", "state", "suppressed_reason", "resource_type")),
        _id("resource_id"),
        _moment("due_at"),
        _moment("sent_at", nullable=True),
        _number("failures"),
        _number("unanswered"),
        _moment("leased_until", nullable=True),
        _number("fence"),
        _json("attempts"),
        sa.CheckConstraint("channel IN ('message_box', 'mail')", name="channel"),
        sa.CheckConstraint("state IN ('pending', 'leased', 'sent', 'ambiguous', 'failed', 'suppressed')", name="state"),
    )
    op.create_index("delivery_message_idx", "delivery", ["tenant_id", "message_id", "channel"], unique=True)
    op.create_index("delivery_state_idx", "delivery", ["tenant_id", "state", "id"])
    op.create_index("delivery_recipient_idx", "delivery", ["tenant_id", "recipient_id", "id"])
    op.create_index("delivery_resource_idx", "delivery", ["tenant_id", "resource_id", "id"])
    op.create_table(
        "preference",
        *_keys(),
        _flag("mail"),
        sa.Column("mail_muted_templates", ARRAY(sa.Text), nullable=False),
        _number("quiet_from_minute"),
        _number("quiet_until_minute"),
    )
    protect("notification", "message", "delivery", "preference")


def _directory_copies() -> None:
    op.create_table(
        "person",
        *_keys(projection=True),
        sa.Column("unit_path", ARRAY(sa.Uuid), nullable=False),
        _id("manager_id", nullable=True),
        *(_text(name) for name in ("locale", "time_zone", "calendar_code")),
        _flag("active"),
    )
    op.create_table("unit", *_keys(projection=True), sa.Column("path", ARRAY(sa.Uuid), nullable=False))
    op.create_table(
        "role_grant",
        *_keys(projection=True),
        _id("person_id"),
        _text("role"),
        _id("unit_id", nullable=True),
        _flag("revoked"),
    )
    op.create_index("role_grant_role_idx", "role_grant", ["tenant_id", "role", "unit_id"])
    op.create_table(
        "calendar",
        *_keys(projection=True),
        _text("code"),
        sa.Column("calendar_version", sa.BigInteger, nullable=False),
        _json("years"),
        _json("hours"),
    )
    op.create_index("calendar_code_idx", "calendar", ["tenant_id", "code"])
    protect("notification", "person", "unit", "role_grant", "calendar")


def _case_copies() -> None:
    op.create_table(
        "interview",
        *_keys(projection=True),
        _text("state"),
        _id("employee_id"),
        _id("manager_id", nullable=True),
        _number("remind_before_days"),
    )
    op.create_table(
        "booking",
        *_keys(projection=True),
        *(_id(name) for name in ("interview_id", "employee_id", "manager_id")),
        _text("state"),
        _moment("starts_at"),
        _number("duration_minutes"),
        _id("invitation_id"),
        _number("invitation_sequence"),
    )
    op.create_index("booking_interview_idx", "booking", ["tenant_id", "interview_id"])
    op.create_table(
        "plan",
        *_keys(projection=True),
        *(_id(name) for name in ("interview_id", "employee_id")),
        _id("manager_id", nullable=True),
        _text("state"),
        _number("revision"),
        _text("revision_state"),
        sa.Column("signed_by", ARRAY(sa.Uuid), nullable=False),
        _text("next_check_in_on"),
        _json("measures"),
    )
    op.create_index("plan_interview_idx", "plan", ["tenant_id", "interview_id"])
    op.create_table(
        "blocker",
        *_keys(projection=True),
        *(_id(name) for name in ("interview_id", "employee_id")),
        _id("manager_id", nullable=True),
        _id("owner_id"),
        _text("state"),
        _moment("resolve_by", nullable=True),
    )
    op.create_table(
        "step",
        *_keys(projection=True),
        _id("interview_id"),
        _text("step"),
        _text("occurrence"),
        _id("employee_id"),
        _id("manager_id", nullable=True),
        _id("responsible_id", nullable=True),
        _flag("required"),
        _text("state"),
        _moment("due_at", nullable=True),
    )
    op.create_index("step_interview_idx", "step", ["tenant_id", "interview_id", "step", "due_at"])
    protect("notification", "interview", "booking", "plan", "blocker", "step")
