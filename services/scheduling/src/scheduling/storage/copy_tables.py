"""Read copies: tenants, units and people of the directory, and interviews; ids and facts, never names."""

from datetime import date, datetime
from uuid import UUID

from common.tables import ProjectionRow
from sqlalchemy import ARRAY, Date, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from scheduling.storage.base import Base


class TenantCopyRow(ProjectionRow, Base):
    """A tenant's defaults; the id is the tenant's own."""

    __tablename__ = "tenant"

    default_locale: Mapped[str]
    default_time_zone: Mapped[str]
    default_calendar_code: Mapped[str]


class UnitRow(ProjectionRow, Base):
    """A business unit with its path from the root, both included."""

    __tablename__ = "unit"

    path: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    active: Mapped[bool]


class PersonRow(ProjectionRow, Base):
    """A person as the directory last said."""

    __tablename__ = "person"

    unit_path: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    manager_id: Mapped[UUID | None]
    time_zone: Mapped[str]
    calendar_code: Mapped[str]
    active: Mapped[bool]


class InterviewRow(ProjectionRow, Base):
    """An interview with those rules of its playbook that booking needs."""

    __tablename__ = "interview"

    state: Mapped[str]
    employee_id: Mapped[UUID]
    manager_id: Mapped[UUID | None]
    manager_since: Mapped[datetime | None]
    unit_path: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    window_from: Mapped[date | None] = mapped_column(Date)
    hold_by: Mapped[date] = mapped_column(Date)
    session_ended_at: Mapped[datetime | None]
    cancel_reason: Mapped[str]
    notice_days: Mapped[int]
    answer_days: Mapped[int]
    unanswered: Mapped[str]
    shortest_minutes: Mapped[int]
    longest_minutes: Mapped[int]
    usual_minutes: Mapped[int]
    waiver_by_manager: Mapped[bool]
