"""Read copies of what other services own: ids, dates and words of state, never a name."""

from datetime import datetime
from typing import Any
from uuid import UUID

from common.tables import ProjectionRow
from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from notification.storage.base import Base


class PersonRow(ProjectionRow, Base):
    """A person as far as sending needs to know; name and address stay in directory."""

    __tablename__ = "person"

    unit_path: Mapped[list[UUID]]
    manager_id: Mapped[UUID | None]
    locale: Mapped[str]
    time_zone: Mapped[str]
    calendar_code: Mapped[str]
    active: Mapped[bool]


class UnitRow(ProjectionRow, Base):
    """A business unit: itself and all above it, from the root."""

    __tablename__ = "unit"

    path: Mapped[list[UUID]]


class GrantRow(ProjectionRow, Base):
    """A role over a unit and all under it; no unit is the whole tenant."""

    __tablename__ = "role_grant"

    person_id: Mapped[UUID]
    role: Mapped[str]
    unit_id: Mapped[UUID | None]
    revoked: Mapped[bool]


class CalendarRow(ProjectionRow, Base):
    """A work calendar as published: `years` maps a year to its hex bitmap, `hours` are minutes of the local day."""

    __tablename__ = "calendar"

    code: Mapped[str]
    calendar_version: Mapped[int] = mapped_column(BigInteger)
    years: Mapped[dict[str, Any]]
    hours: Mapped[dict[str, Any]]


class InterviewRow(ProjectionRow, Base):
    """A case: whose it is and when its playbook reminds."""

    __tablename__ = "interview"

    state: Mapped[str]
    employee_id: Mapped[UUID]
    manager_id: Mapped[UUID | None]
    remind_before_days: Mapped[int]


class BookingRow(ProjectionRow, Base):
    """A booking with its calendar entry."""

    __tablename__ = "booking"

    interview_id: Mapped[UUID]
    employee_id: Mapped[UUID]
    manager_id: Mapped[UUID]
    state: Mapped[str]
    starts_at: Mapped[datetime]
    duration_minutes: Mapped[int]
    invitation_id: Mapped[UUID]
    invitation_sequence: Mapped[int]


class PlanRow(ProjectionRow, Base):
    """A plan: where it stands, who signed its newest revision, and its measures in force."""

    __tablename__ = "plan"

    interview_id: Mapped[UUID]
    employee_id: Mapped[UUID]
    manager_id: Mapped[UUID | None]
    state: Mapped[str]
    revision: Mapped[int]
    revision_state: Mapped[str]
    signed_by: Mapped[list[UUID]]
    next_check_in_on: Mapped[str]
    measures: Mapped[dict[str, Any]]


class BlockerRow(ProjectionRow, Base):
    """A blocker: who clears it and by when."""

    __tablename__ = "blocker"

    interview_id: Mapped[UUID]
    employee_id: Mapped[UUID]
    manager_id: Mapped[UUID | None]
    owner_id: Mapped[UUID]
    state: Mapped[str]
    resolve_by: Mapped[datetime | None]


class StepRow(ProjectionRow, Base):
    """One row of the ledger; its id is the step's."""

    __tablename__ = "step"

    interview_id: Mapped[UUID]
    step: Mapped[str]
    occurrence: Mapped[str]
    employee_id: Mapped[UUID]
    manager_id: Mapped[UUID | None]
    responsible_id: Mapped[UUID | None]
    required: Mapped[bool]
    state: Mapped[str]
    due_at: Mapped[datetime | None]
