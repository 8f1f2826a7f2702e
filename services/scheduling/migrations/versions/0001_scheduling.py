"""Calendars, peaks, busy times, bookings and the read copies that they stand on."""

import sqlalchemy as sa
from alembic import op
from common.migrations import create_mechanism_tables, protect
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the schema's tables."""
    create_mechanism_tables("scheduling")
    _create_copies()
    _create_calendars()
    _create_bookings()
    protect(
        "scheduling",
        "tenant",
        "unit",
        "person",
        "interview",
        "calendar",
        "calendar_year",
        "day_override",
        "peak",
        "busy_time",
        "booking",
        "occupation",
        "step",
    )


def _key(*more: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Uuid(), nullable=False) for name in ("tenant_id", *more)]


def _resource() -> list[sa.Column]:
    return [
        *_key("id"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=sa.func.now()),
    ]


def _seen() -> list[sa.Column]:
    return [sa.Column("epoch", sa.Integer(), nullable=False), sa.Column("sequence", sa.BigInteger(), nullable=False)]


def _text(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _integer(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _flag(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Boolean(), nullable=False) for name in names]


def _one_of(column: str, *words: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def _create_copies() -> None:
    ids = postgresql.ARRAY(sa.Uuid())
    op.create_table(
        "tenant",
        *_key("id"),
        *_text("default_locale", "default_time_zone", "default_calendar_code"),
        *_seen(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="tenant_pkey"),
    )
    op.create_table(
        "unit",
        *_key("id"),
        sa.Column("path", ids, nullable=False),
        *_flag("active"),
        *_seen(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="unit_pkey"),
    )
    op.create_table(
        "person",
        *_key("id"),
        sa.Column("unit_path", ids, nullable=False),
        sa.Column("manager_id", sa.Uuid()),
        *_text("time_zone", "calendar_code"),
        *_flag("active"),
        *_seen(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="person_pkey"),
    )
    op.create_index("person_manager_idx", "person", ["tenant_id", "manager_id"])
    op.create_index("person_calendar_idx", "person", ["tenant_id", "calendar_code"])
    op.create_table(
        "interview",
        *_key("id"),
        *_text("state"),
        *_key("employee_id")[1:],
        sa.Column("manager_id", sa.Uuid()),
        sa.Column("manager_since", MOMENT),
        sa.Column("unit_path", ids, nullable=False),
        sa.Column("window_from", sa.Date()),
        sa.Column("hold_by", sa.Date(), nullable=False),
        sa.Column("session_ended_at", MOMENT),
        *_text("cancel_reason"),
        *_integer("notice_days", "answer_days"),
        *_text("unanswered"),
        *_integer("shortest_minutes", "longest_minutes", "usual_minutes"),
        *_flag("waiver_by_manager"),
        *_seen(),
        _one_of("unanswered", "confirm", "expire"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="interview_pkey"),
    )
    op.create_index("interview_employee_idx", "interview", ["tenant_id", "employee_id"])


def _create_calendars() -> None:
    op.create_table(
        "calendar",
        *_resource(),
        *_text("code", "name", "country", "subdivision"),
        *_integer("opens_at_minute", "closes_at_minute", "break_from_minute", "break_until_minute"),
        sa.Column("working_weekdays", postgresql.ARRAY(sa.Integer()), nullable=False),
        *_integer("calendar_version"),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="calendar_pkey"),
        sa.UniqueConstraint("tenant_id", "code", name="calendar_tenant_id_code_key"),
    )
    op.create_table(
        "calendar_year",
        *_key("calendar_id"),
        *_integer("year"),
        sa.Column("working_days", sa.LargeBinary(), nullable=False),
        sa.Column("special_days", postgresql.JSONB(), nullable=False),
        *_flag("provisional"),
        sa.PrimaryKeyConstraint("tenant_id", "calendar_id", "year", name="calendar_year_pkey"),
    )
    op.create_table(
        "day_override",
        *_key("calendar_id"),
        sa.Column("on", sa.Date(), nullable=False),
        *_flag("working"),
        sa.PrimaryKeyConstraint("tenant_id", "calendar_id", "on", name="day_override_pkey"),
    )
    op.create_table(
        "peak",
        *_resource(),
        *_key("unit_id")[1:],
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        *_text("label"),
        sa.Column("created_by", sa.Uuid()),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="peak_pkey"),
        sa.CheckConstraint("from_on <= until_on", name="order"),
    )
    op.create_index("peak_from_idx", "peak", ["tenant_id", "from_on", "id"])
    op.create_index("peak_unit_idx", "peak", ["tenant_id", "unit_id", "until_on"])
    op.create_table(
        "busy_time",
        *_resource(),
        *_key("person_id")[1:],
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="busy_time_pkey"),
        sa.CheckConstraint("starts_at < ends_at", name="order"),
    )
    op.create_index("busy_time_person_idx", "busy_time", ["tenant_id", "person_id", "starts_at", "id"])


def _create_bookings() -> None:
    op.create_table(
        "booking",
        *_resource(),
        *_key("interview_id", "employee_id", "manager_id")[1:],
        *_text("state"),
        sa.Column("starts_at", MOMENT, nullable=False),
        *_integer("duration_minutes"),
        *_text("time_zone"),
        sa.Column("place", sa.LargeBinary()),
        sa.Column("proposed_by", sa.Uuid()),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("answer_due_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT),
        *_flag("confirmed_by_silence", "short_notice", "employee_consented", "notice_overridden"),
        sa.Column("override_reason", sa.LargeBinary()),
        sa.Column("replaces_booking_id", sa.Uuid()),
        sa.Column("replaced_by_booking_id", sa.Uuid()),
        *_text("decline_reason", "cancel_reason"),
        sa.Column("note", sa.LargeBinary()),
        sa.Column("absent", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("ended_at", MOMENT),
        *_key("invitation_id")[1:],
        *_integer("invitation_sequence"),
        _one_of("state", "proposed", "confirmed", "completed", "declined", "expired", "moved", "cancelled", "missed"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="booking_pkey"),
    )
    op.create_index("booking_start_idx", "booking", ["tenant_id", "starts_at", "id"])
    op.create_index("booking_employee_idx", "booking", ["tenant_id", "employee_id", "starts_at"])
    op.create_index("booking_manager_idx", "booking", ["tenant_id", "manager_id", "starts_at"])
    op.create_index("booking_interview_idx", "booking", ["tenant_id", "interview_id", "starts_at"])
    op.create_index(
        "booking_live_key",
        "booking",
        ["tenant_id", "interview_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('proposed', 'confirmed')"),
    )
    op.create_table(
        "occupation",
        *_key("booking_id", "person_id"),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "booking_id", "person_id", name="occupation_pkey"),
    )
    # Ranges of one id each let a GiST index compare ids without an extension.
    op.execute("CREATE TYPE uuid_range AS RANGE (subtype = uuid)")
    op.execute("""
        ALTER TABLE occupation ADD CONSTRAINT occupation_no_overlap EXCLUDE USING gist (
            uuid_range(tenant_id, tenant_id, '[]') WITH =,
            uuid_range(person_id, person_id, '[]') WITH =,
            during WITH &&
        )
    """)
    op.create_table(
        "step",
        *_resource(),
        *_key("interview_id", "employee_id")[1:],
        sa.Column("manager_id", sa.Uuid()),
        *_text("state"),
        sa.Column("due_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        *_flag("late"),
        sa.Column("subject_id", sa.Uuid()),
        sa.Column("waived_by", sa.Uuid()),
        *_text("waiver_reason"),
        sa.Column("waiver_note", sa.LargeBinary()),
        _one_of("state", "open", "done", "missed", "waived", "withdrawn"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="step_pkey"),
    )
    op.create_index("step_interview_idx", "step", ["tenant_id", "interview_id"], unique=True)
