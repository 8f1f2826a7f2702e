"""Tables of plans, their revisions, and the acts of signing them; every text is sealed with the employee's key."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from common.ids import new_id
from common.tables import TenantRow
from sqlalchemy import Date, Integer, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from plan_tracking.storage.base import Base


class PlanRow(TenantRow, Base):
    """One interview's plan; `revision` is the newest, `revision_in_force` the one that governs (0: none)."""

    __tablename__ = "plan"

    interview_id: Mapped[UUID]
    employee_id: Mapped[UUID]
    manager_id: Mapped[UUID | None]
    state: Mapped[str]
    drafted_at: Mapped[datetime]
    revision: Mapped[int]
    revision_in_force: Mapped[int] = mapped_column(default=0)
    amendment_in_force: Mapped[int] = mapped_column(default=0)
    in_force_at: Mapped[datetime | None]
    revision_in_force_at: Mapped[datetime | None]
    issued: Mapped[bool] = mapped_column(default=False)
    ends_on: Mapped[date | None] = mapped_column(Date)
    period_from: Mapped[datetime | None]
    period_due_at: Mapped[datetime | None]
    missed_in_a_row: Mapped[int] = mapped_column(default=0)
    first_review_due_at: Mapped[datetime | None]
    first_reviewed_at: Mapped[datetime | None]
    final_review_due_at: Mapped[datetime | None]
    awaits_takeover: Mapped[bool] = mapped_column(default=False)
    taken_over_from: Mapped[UUID | None]
    reassigned_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str | None]
    closed_at: Mapped[datetime | None]


class RevisionRow(TenantRow, Base):
    """One version of a plan's content; `content` are its RFC 8785 bytes once offered, sealed.

    `sign_occurrence` names its signing in the ledger: one row until a plan governs, then one for each revision.
    """

    __tablename__ = "revision"

    plan_id: Mapped[UUID]
    number: Mapped[int]
    state: Mapped[str]
    sign_occurrence: Mapped[str] = mapped_column(default="")
    started_by: Mapped[UUID]
    started_at: Mapped[datetime]
    offered_by: Mapped[UUID | None]
    offered_at: Mapped[datetime | None]
    content: Mapped[bytes | None]
    content_hash: Mapped[bytes | None]
    in_force_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    issued: Mapped[bool] = mapped_column(default=False)
    ends_on: Mapped[date | None] = mapped_column(Date)


class GoalRow(Base):
    """A goal in one revision; `goal_id` stays the same through revisions. `statement` is sealed."""

    __tablename__ = "goal"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision_id: Mapped[UUID] = mapped_column(primary_key=True)
    goal_id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(Integer)
    statement: Mapped[bytes]
    shortfall_id: Mapped[UUID | None]
    metric_code: Mapped[str] = mapped_column(default="")
    measure_unit: Mapped[str] = mapped_column(default="")
    baseline: Mapped[Decimal | None] = mapped_column(Numeric)
    target: Mapped[Decimal | None] = mapped_column(Numeric)
    direction: Mapped[str] = mapped_column(default="higher")
    due_on: Mapped[date | None] = mapped_column(Date)
    proposed_by: Mapped[UUID]
    edited_by: Mapped[UUID]


class MeasureRow(Base):
    """A measure in one revision; one replaced by an amendment keeps its row. All its texts are sealed."""

    __tablename__ = "measure"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision_id: Mapped[UUID] = mapped_column(primary_key=True)
    measure_id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID]
    goal_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(Integer)
    action: Mapped[bytes]
    resource: Mapped[bytes | None]
    cadence: Mapped[bytes | None]
    owner_id: Mapped[UUID | None]
    due_on: Mapped[date | None] = mapped_column(Date)
    proposed_by: Mapped[UUID]
    edited_by: Mapped[UUID]
    amended_by: Mapped[int] = mapped_column(default=0)
    replaced_by: Mapped[int | None]


class AnswerRow(Base):
    """The answer to one request of the self-analysis in one revision; `reason` is sealed."""

    __tablename__ = "answer"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision_id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID]
    keyed_hash: Mapped[bytes]
    accepted: Mapped[bool]
    measure_id: Mapped[UUID | None]
    reason: Mapped[bytes | None]
    answered_by: Mapped[UUID]


class SignatureRow(Base):
    """One signed act on one revision; never changed. `record` (RFC 8785) and `statement` are sealed.

    `ordinal` counts the plan's acts; `record_hash` of each is named by the next. `void` marks signatures under
    an offer that fell back to draft.
    """

    __tablename__ = "signature"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[UUID]
    ordinal: Mapped[int]
    revision: Mapped[int]
    amendment: Mapped[int] = mapped_column(default=0)
    act: Mapped[str]
    role: Mapped[str]
    person_id: Mapped[UUID]
    signed_at: Mapped[datetime]
    content_hash: Mapped[bytes]
    record: Mapped[bytes]
    record_hash: Mapped[bytes]
    previous_hash: Mapped[bytes]
    statement: Mapped[bytes | None]
    void: Mapped[bool] = mapped_column(default=False)


class RefusalRow(TenantRow, Base):
    """Why one revision was not signed and what became of it; reasons are sealed."""

    __tablename__ = "refusal"

    plan_id: Mapped[UUID]
    revision: Mapped[int]
    kind: Mapped[str]
    reason: Mapped[bytes | None]
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]
    witnessed_by: Mapped[UUID | None]
    witnessed_at: Mapped[datetime | None]
    decide_by: Mapped[datetime | None]
    decision: Mapped[str | None]
    decision_reason: Mapped[bytes | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    void: Mapped[bool] = mapped_column(default=False)


class AmendmentRow(TenantRow, Base):
    """A measure to be replaced; `replacement` (JSON), `reason`, `changes` and `content` (RFC 8785) are sealed."""

    __tablename__ = "amendment"

    plan_id: Mapped[UUID]
    revision: Mapped[int]
    number: Mapped[int]
    state: Mapped[str]
    measure_id: Mapped[UUID]
    replacement_id: Mapped[UUID]
    replacement: Mapped[bytes]
    reason: Mapped[bytes]
    changes: Mapped[bytes]
    content: Mapped[bytes]
    content_hash: Mapped[bytes]
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class TemplateRow(TenantRow, Base):
    """A template of the tenant's own; texts in it concern nobody and lie open in `goals`."""

    __tablename__ = "template"

    code: Mapped[str]
    name: Mapped[dict[str, Any]]
    shortfall_type: Mapped[str]
    job_family: Mapped[str] = mapped_column(default="")
    employee_type: Mapped[str] = mapped_column(default="")
    goals: Mapped[list[Any]]
