"""Plans, their revisions, and the acts of signing them."""

import sqlalchemy as sa
from alembic import op
from common.migrations import protect
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables and force row-level security."""
    op.create_table(
        "plan",
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("interview_id", sa.Uuid, nullable=False),
        sa.Column("employee_id", sa.Uuid, nullable=False),
        sa.Column("manager_id", sa.Uuid),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("drafted_at", _MOMENT, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("revision_in_force", sa.Integer, nullable=False),
        sa.Column("amendment_in_force", sa.Integer, nullable=False),
        sa.Column("in_force_at", _MOMENT),
        sa.Column("revision_in_force_at", _MOMENT),
        sa.Column("issued", sa.Boolean, nullable=False),
        sa.Column("ends_on", sa.Date),
        sa.Column("period_from", _MOMENT),
        sa.Column("period_due_at", _MOMENT),
        sa.Column("missed_in_a_row", sa.Integer, nullable=False),
        sa.Column("first_review_due_at", _MOMENT),
        sa.Column("first_reviewed_at", _MOMENT),
        sa.Column("final_review_due_at", _MOMENT),
        sa.Column("awaits_takeover", sa.Boolean, nullable=False),
        sa.Column("taken_over_from", sa.Uuid),
        sa.Column("reassigned_at", _MOMENT),
        sa.Column("withdraw_reason", sa.Text),
        sa.Column("closed_at", _MOMENT),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.CheckConstraint(
            "state IN ('draft', 'awaiting_signatures', 'active', 'refused', 'achieved', 'not_achieved', 'withdrawn')",
            name="plan_state_check",
        ),
        sa.CheckConstraint(
            "(closed_at IS NOT NULL) = (state IN ('achieved', 'not_achieved', 'withdrawn'))", name="plan_ended_check"
        ),
    )
    op.create_index("plan_interview_id_idx", "plan", ["tenant_id", "interview_id"], unique=True)
    op.create_index("plan_employee_id_idx", "plan", ["tenant_id", "employee_id"])
    op.create_index("plan_manager_id_idx", "plan", ["tenant_id", "manager_id"])
    op.create_index("plan_drafted_at_id_idx", "plan", ["tenant_id", "drafted_at", "id"])
    op.create_table(
        "revision",
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("sign_occurrence", sa.Text, nullable=False),
        sa.Column("started_by", sa.Uuid, nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("offered_by", sa.Uuid),
        sa.Column("offered_at", _MOMENT),
        sa.Column("content", sa.LargeBinary),
        sa.Column("content_hash", sa.LargeBinary),
        sa.Column("in_force_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.Column("issued", sa.Boolean, nullable=False),
        sa.Column("ends_on", sa.Date),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.CheckConstraint(
            "state IN ('draft', 'offered', 'in_force', 'superseded', 'refused')", name="revision_state_check"
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'superseded') OR content_hash IS NOT NULL", name="revision_frozen_check"
        ),
    )
    op.create_index("revision_plan_id_number_idx", "revision", ["tenant_id", "plan_id", "number"], unique=True)
    op.create_table(
        "goal",
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("revision_id", sa.Uuid, nullable=False),
        sa.Column("goal_id", sa.Uuid, nullable=False),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("statement", sa.LargeBinary, nullable=False),
        sa.Column("shortfall_id", sa.Uuid),
        sa.Column("metric_code", sa.Text, nullable=False),
        sa.Column("measure_unit", sa.Text, nullable=False),
        sa.Column("baseline", sa.Numeric),
        sa.Column("target", sa.Numeric),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("proposed_by", sa.Uuid, nullable=False),
        sa.Column("edited_by", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "revision_id", "goal_id"),
        sa.CheckConstraint("direction IN ('higher', 'lower')", name="goal_direction_check"),
    )
    op.create_index("goal_plan_id_idx", "goal", ["tenant_id", "plan_id"])
    op.create_table(
        "measure",
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("revision_id", sa.Uuid, nullable=False),
        sa.Column("measure_id", sa.Uuid, nullable=False),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("goal_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("action", sa.LargeBinary, nullable=False),
        sa.Column("resource", sa.LargeBinary),
        sa.Column("cadence", sa.LargeBinary),
        sa.Column("owner_id", sa.Uuid),
        sa.Column("due_on", sa.Date),
        sa.Column("proposed_by", sa.Uuid, nullable=False),
        sa.Column("edited_by", sa.Uuid, nullable=False),
        sa.Column("amended_by", sa.Integer, nullable=False),
        sa.Column("replaced_by", sa.Integer),
        sa.PrimaryKeyConstraint("tenant_id", "revision_id", "measure_id"),
    )
    op.create_index("measure_plan_id_idx", "measure", ["tenant_id", "plan_id"])
    op.create_index(
        "measure_owner_id_due_on_measure_id_idx", "measure", ["tenant_id", "owner_id", "due_on", "measure_id"]
    )
    op.create_table(
        "answer",
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("revision_id", sa.Uuid, nullable=False),
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("keyed_hash", sa.LargeBinary, nullable=False),
        sa.Column("accepted", sa.Boolean, nullable=False),
        sa.Column("measure_id", sa.Uuid),
        sa.Column("reason", sa.LargeBinary),
        sa.Column("answered_by", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "revision_id", "request_id"),
        sa.CheckConstraint("accepted = (measure_id IS NOT NULL)", name="answer_answered_check"),
    )
    op.create_index("answer_plan_id_idx", "answer", ["tenant_id", "plan_id"])
    op.create_table(
        "signature",
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("amendment", sa.Integer, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("signed_at", _MOMENT, nullable=False),
        sa.Column("content_hash", sa.LargeBinary, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.Column("record_hash", sa.LargeBinary, nullable=False),
        sa.Column("previous_hash", sa.LargeBinary, nullable=False),
        sa.Column("statement", sa.LargeBinary),
        sa.Column("void", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("signature_plan_id_ordinal_idx", "signature", ["tenant_id", "plan_id", "ordinal"], unique=True)
    op.create_table(
        "refusal",
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reason", sa.LargeBinary),
        sa.Column("recorded_by", sa.Uuid, nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.Column("witnessed_by", sa.Uuid),
        sa.Column("witnessed_at", _MOMENT),
        sa.Column("decide_by", _MOMENT),
        sa.Column("decision", sa.Text),
        sa.Column("decision_reason", sa.LargeBinary),
        sa.Column("decided_by", sa.Uuid),
        sa.Column("decided_at", _MOMENT),
        sa.Column("void", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.CheckConstraint("kind IN ('stated', 'silence')", name="refusal_kind_check"),
        sa.CheckConstraint("decision IN ('revise', 'issue', 'withdraw')", name="refusal_decision_check"),
    )
    op.create_index("refusal_plan_id_id_idx", "refusal", ["tenant_id", "plan_id", "id"])
    op.create_table(
        "amendment",
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("measure_id", sa.Uuid, nullable=False),
        sa.Column("replacement_id", sa.Uuid, nullable=False),
        sa.Column("replacement", sa.LargeBinary, nullable=False),
        sa.Column("reason", sa.LargeBinary, nullable=False),
        sa.Column("changes", sa.LargeBinary, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("content_hash", sa.LargeBinary, nullable=False),
        sa.Column("proposed_by", sa.Uuid, nullable=False),
        sa.Column("proposed_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.CheckConstraint("state IN ('proposed', 'acknowledged', 'retracted')", name="amendment_state_check"),
    )
    op.create_index("amendment_plan_id_id_idx", "amendment", ["tenant_id", "plan_id", "id"])
    op.create_table(
        "template",
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", JSONB, nullable=False),
        sa.Column("shortfall_type", sa.Text, nullable=False),
        sa.Column("job_family", sa.Text, nullable=False),
        sa.Column("employee_type", sa.Text, nullable=False),
        sa.Column("goals", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("template_code_idx", "template", ["tenant_id", "code"], unique=True)
    protect("plan_tracking", "plan", "revision", "goal", "measure", "answer", "refusal", "amendment", "template")
    protect("plan_tracking", "signature", rights="SELECT, INSERT, UPDATE (void)")
