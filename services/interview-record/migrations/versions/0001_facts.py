"""Mechanisms, read copies of the directory, facts, playbooks and cycles."""

import sqlalchemy as sa
from alembic import op
from common.migrations import create_mechanism_tables, protect
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

SCHEMA = "interview_record"
moment = sa.DateTime(timezone=True)
value = sa.Numeric(21, 6)


def upgrade() -> None:
    create_mechanism_tables(SCHEMA)
    _directory()
    _kpis()
    _facts()
    _playbooks()
    _cycles()
    protect(SCHEMA, "person", "unit", "plan_metrics", "metric", "kpi_result", "fact", "fact_import", "shortfall")
    protect(SCHEMA, "playbook", "playbook_version", "cycle", "cycle_member")


def _key() -> list[sa.Column]:
    return [sa.Column("tenant_id", sa.Uuid, primary_key=True), sa.Column("id", sa.Uuid, primary_key=True)]


def _resource() -> list[sa.Column]:
    return [
        *_key(),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", moment, nullable=False, server_default=sa.func.now()),
    ]


def _copy(*columns: sa.Column) -> list[sa.Column]:
    seen = [sa.Column("epoch", sa.Integer, nullable=False), sa.Column("sequence", sa.BigInteger, nullable=False)]
    return [*_key(), *columns, *seen]


def _uuids(name: str) -> sa.Column:
    return sa.Column(name, sa.ARRAY(sa.Uuid), nullable=False, server_default="{}")


def _words(name: str) -> sa.Column:
    return sa.Column(name, sa.ARRAY(sa.Text), nullable=False, server_default="{}")


def _one_of(column: str, *words: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def _directory() -> None:
    op.create_table(
        "person",
        *_copy(
            sa.Column("external_id", sa.Text, nullable=False),
            sa.Column("unit_id", sa.Uuid, nullable=False),
            _uuids("unit_path"),
            sa.Column("manager_id", sa.Uuid),
            _uuids("managers_above"),
            sa.Column("job_family", sa.Text, nullable=False),
            sa.Column("core_family", sa.Boolean, nullable=False),
            sa.Column("level", sa.Text, nullable=False),
            sa.Column("employee_type", sa.Text, nullable=False),
            sa.Column("hired_on", sa.Date),
            sa.Column("left_on", sa.Date),
            sa.Column("locale", sa.Text, nullable=False),
            sa.Column("time_zone", sa.Text, nullable=False),
            sa.Column("calendar_code", sa.Text, nullable=False),
            sa.Column("placeholder", sa.Boolean, nullable=False),
            sa.Column("active", sa.Boolean, nullable=False),
        ),
    )
    op.create_index("person_external_id_idx", "person", ["tenant_id", "external_id"])
    op.create_index("person_manager_id_idx", "person", ["tenant_id", "manager_id"])
    op.create_index("person_unit_id_idx", "person", ["tenant_id", "unit_id", "job_family", "level"])
    op.create_index("person_unit_path_idx", "person", ["unit_path"], postgresql_using="gin")
    op.create_index("person_managers_above_idx", "person", ["managers_above"], postgresql_using="gin")
    unit = _copy(sa.Column("parent_id", sa.Uuid), _uuids("path"), sa.Column("active", sa.Boolean, nullable=False))
    op.create_table("unit", *unit)
    op.create_table("plan_metrics", *_copy(sa.Column("person_id", sa.Uuid, nullable=False), _words("metric_codes")))
    op.create_index("plan_metrics_person_id_idx", "plan_metrics", ["tenant_id", "person_id"])


def _kpis() -> None:
    op.create_table(
        "metric",
        *_resource(),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name_zh", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("measure_unit", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        _words("job_families"),
        sa.UniqueConstraint("tenant_id", "code", name="metric_code_key"),
        _one_of("direction", "higher_is_better", "lower_is_better"),
    )
    op.create_table(
        "kpi_result",
        *_resource(),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("metric_code", sa.Text, nullable=False),
        sa.Column("period_from", sa.Date, nullable=False),
        sa.Column("period_until", sa.Date, nullable=False),
        sa.Column("target", value),
        sa.Column("actual", value, nullable=False),
        sa.Column("weight", value, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("measure_unit", sa.Text, nullable=False),
        *_origin(),
        _one_of("direction", "higher_is_better", "lower_is_better"),
        sa.CheckConstraint("period_from <= period_until", name="period_ordered"),
    )
    op.create_index(
        "kpi_result_current_key",
        "kpi_result",
        ["tenant_id", "person_id", "metric_code", "period_from", "period_until"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index("kpi_result_period_idx", "kpi_result", ["tenant_id", "metric_code", "period_from", "period_until"])
    op.create_index("kpi_result_list_idx", "kpi_result", ["tenant_id", "period_until", "id"])
    op.create_index("kpi_result_import_id_idx", "kpi_result", ["tenant_id", "import_id", "id"])
    _shortfalls()


def _origin() -> list[sa.Column]:
    return [
        sa.Column("import_id", sa.Uuid),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("supersedes_id", sa.Uuid),
        sa.Column("superseded_by_id", sa.Uuid),
        sa.Column("superseded_at", moment),
    ]


def _shortfalls() -> None:
    op.create_table(
        "shortfall",
        *_resource(),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("metric_code", sa.Text, nullable=False),
        sa.Column("period_from", sa.Date, nullable=False),
        sa.Column("period_until", sa.Date, nullable=False),
        sa.Column("kpi_result_id", sa.Uuid, nullable=False),
        sa.Column("playbook_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("shortfall_type", sa.Text, nullable=False),
        _words("met_tests"),
        sa.Column("confidence", sa.Text, nullable=False),
        sa.Column("size_percent", value, nullable=False),
        sa.Column("sum", JSONB, nullable=False),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at", moment),
        sa.Column("dismissal_reason", sa.LargeBinary),
        sa.Column("found_at", moment, nullable=False),
        sa.UniqueConstraint(
            "tenant_id", "person_id", "metric_code", "period_from", "period_until", name="shortfall_period_key"
        ),
        _one_of("state", "found", "accepted", "dismissed", "gone"),
        _one_of("confidence", "low", "high"),
    )
    op.create_index("shortfall_list_idx", "shortfall", ["tenant_id", "size_percent", "id"])
    op.create_index("shortfall_group_idx", "shortfall", ["tenant_id", "metric_code", "period_from", "period_until"])


def _facts() -> None:
    op.create_table(
        "fact",
        *_resource(),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("text", sa.LargeBinary, nullable=False),
        sa.Column("evidence", sa.LargeBinary),
        _uuids("evidence_blob_ids"),
        sa.Column("sameness", sa.LargeBinary, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("interview_id", sa.Uuid),
        *_origin(),
        _one_of("kind", "incident", "highlight"),
    )
    op.create_index("fact_sameness_idx", "fact", ["tenant_id", "sameness"])
    op.create_index("fact_person_id_idx", "fact", ["tenant_id", "person_id", "happened_on"])
    op.create_index("fact_list_idx", "fact", ["tenant_id", "happened_on", "id"])
    op.create_index("fact_import_id_idx", "fact", ["tenant_id", "import_id", "id"])
    op.create_table(
        "fact_import",
        *_resource(),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("operation_id", sa.Uuid, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("created", "corrected", "unchanged", "in_error")),
        sa.Column("imported_by", sa.Text, nullable=False),
        sa.Column("imported_at", moment, nullable=False),
        sa.Column("undone_at", moment),
        sa.Column("undone_by", sa.Text),
        _one_of("kind", "kpis", "facts"),
    )
    op.create_index("fact_import_list_idx", "fact_import", ["tenant_id", "imported_at", "id"])


def _playbooks() -> None:
    op.create_table(
        "playbook",
        *_resource(),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name_zh", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("built_in", sa.Boolean, nullable=False),
        sa.Column("derived_from_id", sa.Uuid),
        sa.Column("unit_id", sa.Uuid),
        sa.Column("published_version", sa.Integer, nullable=False),
        sa.Column("draft_version", sa.Integer, nullable=False),
        sa.Column("touched_at", moment),
        sa.UniqueConstraint("tenant_id", "code", name="playbook_code_key"),
    )
    op.create_table(
        "playbook_version",
        sa.Column("tenant_id", sa.Uuid, primary_key=True),
        sa.Column("playbook_id", sa.Uuid, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("rules", JSONB, nullable=False),
        _words("plan_template_ids"),
        sa.Column("published_at", moment),
    )


def _cycles() -> None:
    op.create_table(
        "cycle",
        *_resource(),
        sa.Column("name_zh", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("playbook_id", sa.Uuid, nullable=False),
        sa.Column("playbook_version", sa.Integer, nullable=False),
        *(
            sa.Column(name, sa.Date, nullable=False)
            for name in ("period_from", "period_until", "window_from", "window_until")
        ),
        sa.Column("population", JSONB, nullable=False),
        _uuids("unit_ids"),
        _uuids("unit_path"),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("launched_at", moment),
        sa.Column("launch_operation_id", sa.Uuid),
        sa.Column("closed_at", moment),
        sa.Column("cancelled_at", moment),
        sa.Column("cancelled_by", sa.Text),
        sa.Column("cancel_reason", sa.LargeBinary),
        _one_of("state", "draft", "launched", "closed", "cancelled"),
    )
    op.create_index("cycle_list_idx", "cycle", ["tenant_id", "created_at", "id"])
    op.create_table(
        "cycle_member",
        sa.Column("tenant_id", sa.Uuid, primary_key=True),
        sa.Column("cycle_id", sa.Uuid, primary_key=True),
        sa.Column("person_id", sa.Uuid, primary_key=True),
        sa.Column("left_out_reason", sa.Text),
        sa.Column("interview_id", sa.Uuid),
        _uuids("shortfall_ids"),
        sa.Column("dimensions", JSONB, nullable=False),
        sa.Column("announced", sa.Boolean, nullable=False),
    )
    op.create_index(
        "cycle_member_unannounced_idx",
        "cycle_member",
        ["tenant_id", "cycle_id"],
        postgresql_where=sa.text("NOT announced"),
    )
