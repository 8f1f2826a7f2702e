"""Tables of the interview itself: the case, its preparation, its session and its ledger rows."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.ids import new_id
from common.tables import TenantRow
from sqlalchemy import ARRAY, Date, SmallInteger, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from interview_record.storage.base import Base


class InterviewRow(TenantRow, Base):
    """One case; texts are sealed with the employee's key, `dimensions` are frozen at opening."""

    __tablename__ = "interview"

    employee_id: Mapped[UUID]
    manager_id: Mapped[UUID | None]
    cycle_id: Mapped[UUID | None]
    playbook_id: Mapped[UUID]
    playbook_version: Mapped[int]
    state: Mapped[str]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    hold_by: Mapped[date] = mapped_column(Date)
    window_from: Mapped[date | None] = mapped_column(Date)
    period_from: Mapped[date] = mapped_column(Date)
    period_until: Mapped[date] = mapped_column(Date)
    dimensions: Mapped[dict[str, Any]]
    unit_path: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    past_manager_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    past_managers: Mapped[list[Any]] = mapped_column(default=list)
    shortfalls: Mapped[list[Any]] = mapped_column(default=list)
    core_goal: Mapped[bytes | None]
    directions: Mapped[bytes | None]
    core_goal_set_at: Mapped[datetime | None]
    data_confirmed_at: Mapped[datetime | None]
    briefed_at: Mapped[datetime | None]
    briefing_version: Mapped[int] = mapped_column(default=0)
    self_analysis_submitted_at: Mapped[datetime | None]
    requests: Mapped[list[Any]] = mapped_column(default=list)
    booking_id: Mapped[UUID | None]
    starts_at: Mapped[datetime | None]
    session_started_at: Mapped[datetime | None]
    session_ended_at: Mapped[datetime | None]
    open_dispute_ids: Mapped[list[Any]] = mapped_column(default=list)
    last_dispute_decided_at: Mapped[datetime | None]
    plan_id: Mapped[UUID | None]
    conclusion: Mapped[str | None]
    concluded_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    first_reviewed_at: Mapped[datetime | None]
    plan_ended_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    cancel_text: Mapped[bytes | None]


class StepRow(Base):
    """One row of the ledger that this service owns; `counted_from` is the event whose working days make it due."""

    __tablename__ = "step"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    interview_id: Mapped[UUID]
    step: Mapped[str]
    occurrence: Mapped[str] = mapped_column(default="")
    state: Mapped[str]
    employee_id: Mapped[UUID]
    manager_id: Mapped[UUID | None]
    responsible: Mapped[str]
    subject_id: Mapped[UUID | None]
    required: Mapped[bool]
    after_first_review: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime | None]
    counted_from: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    late: Mapped[bool] = mapped_column(default=False)
    ended_by: Mapped[str | None]
    waiver_reason: Mapped[str | None]
    waiver_text: Mapped[bytes | None]


class BriefingRow(Base):
    """A briefing as shared: data sheet, goal, directions and agenda, frozen."""

    __tablename__ = "briefing"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    interview_id: Mapped[UUID]
    number: Mapped[int]
    content: Mapped[bytes]
    content_hash: Mapped[bytes]
    shared_at: Mapped[datetime]
    shared_by: Mapped[str]
    seen_at: Mapped[datetime | None]


class SelfAnalysisRow(TenantRow, Base):
    """The employee's preparation, under the interview's id; nobody else opens it before `submitted_at`."""

    __tablename__ = "self_analysis"

    employee_id: Mapped[UUID]
    content: Mapped[bytes]
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]


class DisputeRow(TenantRow, Base):
    """A fact of the data sheet that the employee disputes."""

    __tablename__ = "dispute"

    interview_id: Mapped[UUID]
    fact_kind: Mapped[str]
    fact_id: Mapped[UUID]
    state: Mapped[str]
    text: Mapped[bytes]
    opened_by: Mapped[str]
    opened_at: Mapped[datetime]
    decide_by: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decision_reason: Mapped[bytes | None]


class SessionRow(TenantRow, Base):
    """The talk itself, under the interview's id."""

    __tablename__ = "session"

    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    touched_at: Mapped[datetime | None]


class SegmentRow(Base):
    """A segment of the session with its real times and its notes."""

    __tablename__ = "segment"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    interview_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(SmallInteger)
    segment: Mapped[str]
    planned_minutes: Mapped[int] = mapped_column(SmallInteger)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    notes: Mapped[bytes | None]


class CitedFactRow(Base):
    """A fact of the data sheet that the session spoke of, and in which segment."""

    __tablename__ = "cited_fact"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    interview_id: Mapped[UUID] = mapped_column(primary_key=True)
    fact_id: Mapped[UUID] = mapped_column(primary_key=True)
    fact_kind: Mapped[str]
    segment: Mapped[str]
    cited_at: Mapped[datetime]
