"""Tables of what follows a plan in force, and the ledger rows that this service owns."""

from datetime import datetime
from typing import Any
from uuid import UUID

from common.ids import new_id
from common.tables import TenantRow
from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from plan_tracking.storage.base import Base


class CheckInRow(TenantRow, Base):
    """The check-in of one period, (previous due, `period_due_at`]; `note` is sealed."""

    __tablename__ = "check_in"

    plan_id: Mapped[UUID]
    revision: Mapped[int]
    period_due_at: Mapped[datetime]
    goals: Mapped[list[Any]]
    measures: Mapped[list[Any]]
    note: Mapped[bytes | None]
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]


class MeasureReportRow(Base):
    """What somebody said of a measure, at a check-in or on their own; `note` is sealed."""

    __tablename__ = "measure_report"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[UUID]
    measure_id: Mapped[UUID]
    state: Mapped[str]
    percent: Mapped[int] = mapped_column(Integer)
    note: Mapped[bytes | None]
    check_in_id: Mapped[UUID | None]
    reported_by: Mapped[UUID]
    reported_at: Mapped[datetime]


class BlockerRow(TenantRow, Base):
    """Something that stops a measure, or the plan; `description` and `resolution` are sealed."""

    __tablename__ = "blocker"

    plan_id: Mapped[UUID]
    interview_id: Mapped[UUID]
    employee_id: Mapped[UUID]
    measure_id: Mapped[UUID | None]
    description: Mapped[bytes]
    owner_id: Mapped[UUID]
    state: Mapped[str]
    resolve_by: Mapped[datetime]
    raised_by: Mapped[UUID]
    raised_at: Mapped[datetime]
    escalated_at: Mapped[datetime | None]
    resolution: Mapped[bytes | None]
    resolved_by: Mapped[UUID | None]
    resolved_at: Mapped[datetime | None]


class ReviewRow(Base):
    """A stage review with the figures as they stood; `note` is sealed."""

    __tablename__ = "review"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[UUID]
    revision: Mapped[int]
    verdict: Mapped[str]
    first: Mapped[bool]
    due_at: Mapped[datetime]
    note: Mapped[bytes]
    figures: Mapped[list[Any]]
    reviewed_by: Mapped[UUID]
    reviewed_at: Mapped[datetime]


class StepRow(Base):
    """One row of the ledger that this service owns; `id` is the step's id everywhere.

    A due date in working days follows from `anchor_at` and `anchor_days`, so that a new calendar moves it.
    """

    __tablename__ = "step"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    interview_id: Mapped[UUID]
    plan_id: Mapped[UUID | None]
    step: Mapped[str]
    occurrence: Mapped[str] = mapped_column(default="")
    state: Mapped[str]
    employee_id: Mapped[UUID]
    manager_id: Mapped[UUID | None]
    responsible_id: Mapped[UUID | None]
    after_first_review: Mapped[bool] = mapped_column(default=False)
    anchor_at: Mapped[datetime | None]
    anchor_days: Mapped[int | None]
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    late: Mapped[bool] = mapped_column(default=False)
    waived_by: Mapped[str | None]
    waiver_reason: Mapped[str | None]
    waiver_note: Mapped[bytes | None]
