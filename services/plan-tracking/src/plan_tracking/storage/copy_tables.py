"""Read copies of what other services own: ids, dates and numbers, never a name."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from common.tables import ProjectionRow
from sqlalchemy import ARRAY, BigInteger, Date, Numeric, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from plan_tracking.storage.base import Base


class UnitRow(ProjectionRow, Base):
    """A business unit: itself and all above it, from the root."""

    __tablename__ = "unit"

    path: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class PersonRow(ProjectionRow, Base):
    """A person as far as plans need to know; `manager_line` is the manager and all above, nearest first."""

    __tablename__ = "person"

    unit_id: Mapped[UUID | None]
    unit_path: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    manager_id: Mapped[UUID | None]
    manager_line: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    job_family: Mapped[str] = mapped_column(default="")
    employee_type: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(default="")
    time_zone: Mapped[str] = mapped_column(default="UTC")
    calendar_code: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)


class CalendarRow(ProjectionRow, Base):
    """A work calendar as published: `years` maps a year to its hex bitmap, `hours` are minutes of the local day."""

    __tablename__ = "calendar"

    code: Mapped[str]
    calendar_version: Mapped[int] = mapped_column(BigInteger)
    years: Mapped[dict[str, Any]]
    hours: Mapped[dict[str, Any]]
    provisional: Mapped[list[Any]] = mapped_column(default=list)


class InterviewRow(ProjectionRow, Base):
    """An interview: state, people, playbook rules, requests and disputes (dispute id to when it must be decided)."""

    __tablename__ = "interview"

    state: Mapped[str]
    employee_id: Mapped[UUID]
    manager_id: Mapped[UUID | None]
    past_managers: Mapped[list[Any]] = mapped_column(default=list)
    past_manager_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    job_family: Mapped[str] = mapped_column(default="")
    employee_type: Mapped[str] = mapped_column(default="")
    playbook_id: Mapped[UUID]
    playbook_version: Mapped[int]
    rules: Mapped[dict[str, Any]]
    shortfalls: Mapped[list[Any]] = mapped_column(default=list)
    requests: Mapped[list[Any]] = mapped_column(default=list)
    session_ended_at: Mapped[datetime | None]
    open_disputes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    last_dispute_decided_at: Mapped[datetime | None]


class KpiResultRow(ProjectionRow, Base):
    """A KPI result of somebody with a plan in force; it stands until another supersedes it or it is withdrawn."""

    __tablename__ = "kpi_result"

    person_id: Mapped[UUID]
    metric_code: Mapped[str]
    period_from: Mapped[date] = mapped_column(Date)
    period_until: Mapped[date] = mapped_column(Date)
    target: Mapped[Decimal | None] = mapped_column(Numeric)
    actual: Mapped[Decimal] = mapped_column(Numeric)
    measure_unit: Mapped[str] = mapped_column(default="")
    direction: Mapped[str] = mapped_column(default="higher")
    recorded_at: Mapped[datetime]
    supersedes_id: Mapped[UUID | None]
    withdrawn: Mapped[bool] = mapped_column(default=False)
