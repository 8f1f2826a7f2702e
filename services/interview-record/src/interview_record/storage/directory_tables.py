"""Read copies of the directory: people without names, and units."""

from datetime import date
from uuid import UUID

from common.tables import ProjectionRow
from sqlalchemy import Date, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from interview_record.storage.base import Base


class PersonRow(ProjectionRow, Base):
    """A person as the directory last said; `managers_above` runs from the manager's manager to the top."""

    __tablename__ = "person"

    external_id: Mapped[str]
    unit_id: Mapped[UUID]
    unit_path: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    manager_id: Mapped[UUID | None]
    managers_above: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    job_family: Mapped[str]
    core_family: Mapped[bool]
    level: Mapped[str]
    employee_type: Mapped[str]
    hired_on: Mapped[date | None] = mapped_column(Date)
    left_on: Mapped[date | None] = mapped_column(Date)
    locale: Mapped[str]
    time_zone: Mapped[str]
    calendar_code: Mapped[str]
    placeholder: Mapped[bool]
    active: Mapped[bool]


class UnitRow(ProjectionRow, Base):
    """A business unit with its path from the root, both included."""

    __tablename__ = "unit"

    parent_id: Mapped[UUID | None]
    path: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    active: Mapped[bool]


class PlanMetricsRow(ProjectionRow, Base):
    """Which metrics of whom a plan works on, under the plan's id; empty once it is not in force."""

    __tablename__ = "plan_metrics"

    person_id: Mapped[UUID]
    metric_codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
