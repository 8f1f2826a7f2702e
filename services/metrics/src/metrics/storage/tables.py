"""The rows of metrics: kept facts, and what is built from them alone."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from common.tables import TYPES, ProjectionRow, TenantRow, new_metadata
from sqlalchemy import BigInteger, Identity, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The own metadata of metrics."""

    metadata = new_metadata()
    type_annotation_map: ClassVar[dict[Any, Any]] = {**TYPES, list[UUID]: ARRAY(Uuid)}


class FactRow(Base):
    """A consumed event, kept for good; `subject_id` is the person, or the aggregate, that it is about."""

    __tablename__ = "fact"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    subject_id: Mapped[UUID]
    source: Mapped[str]
    event_type: Mapped[str]
    aggregate_id: Mapped[UUID]
    epoch: Mapped[int]
    sequence: Mapped[int] = mapped_column(BigInteger)
    occurred_at: Mapped[datetime]
    actor: Mapped[str]
    payload: Mapped[bytes]


class DimensionColumns:
    """Mixin: what a row is counted by."""

    unit_id: Mapped[UUID]
    unit_path: Mapped[list[UUID]]
    job_family: Mapped[str]
    core_family: Mapped[bool]
    level: Mapped[str]
    employee_type: Mapped[str]


class TenantZoneRow(ProjectionRow, Base):
    """The tenant's own zone, and the earliest creation that any of its facts names."""

    __tablename__ = "tenant_zone"

    time_zone: Mapped[str]
    tenant_created_at: Mapped[datetime]


class UnitRow(ProjectionRow, Base):
    """A unit's place in the tree as it is now."""

    __tablename__ = "unit"

    path: Mapped[list[UUID]]


class PersonRow(DimensionColumns, ProjectionRow, Base):
    """A person as they are now."""

    __tablename__ = "person"

    manager_id: Mapped[UUID | None]
    time_zone: Mapped[str]
    placeholder: Mapped[bool]
    active: Mapped[bool]


class CycleMemberRow(DimensionColumns, Base):
    """A person of a cycle's population as it was at launch."""

    __tablename__ = "cycle_member"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    cycle_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    manager_id: Mapped[UUID | None]
    interview_id: Mapped[UUID | None]
    left_out_reason: Mapped[str]


class InterviewRow(DimensionColumns, ProjectionRow, Base):
    """A case by its frozen dimensions, and how it stands.

    `first_manager_id` is the frozen dimension, `manager_id` who holds the case now; `month` is that of `last_due_at`.
    """

    __tablename__ = "interview"

    employee_id: Mapped[UUID]
    manager_id: Mapped[UUID | None]
    first_manager_id: Mapped[UUID | None]
    cycle_id: Mapped[UUID | None]
    state: Mapped[str]
    opened_at: Mapped[datetime]
    session_ended_at: Mapped[datetime | None]
    concluded_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    last_due_at: Mapped[datetime | None]
    month: Mapped[str | None]
    countable: Mapped[bool] = mapped_column(default=False)
    compliant: Mapped[bool] = mapped_column(default=False)


class LedgerRow(ProjectionRow, Base):
    """One occurrence of a step; `sorts_at` is its due date, or the end of time while that is unknown.

    `counted_manager_id` is the manager whom the record counts it for.
    """

    __tablename__ = "ledger_row"

    interview_id: Mapped[UUID]
    step: Mapped[str]
    occurrence: Mapped[str]
    employee_id: Mapped[UUID]
    manager_id: Mapped[UUID | None]
    responsible_id: Mapped[UUID | None]
    object_id: Mapped[UUID | None]
    required: Mapped[bool]
    after_first_review: Mapped[bool]
    state: Mapped[str]
    late: Mapped[bool]
    due_at: Mapped[datetime | None]
    sorts_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    waived_by: Mapped[str]
    waiver_reason: Mapped[str]
    month: Mapped[str | None]
    counted_manager_id: Mapped[UUID | None]


class EvaluationRow(ProjectionRow, Base):
    """A given evaluation; its id is that of the ledger row that it fulfils."""

    __tablename__ = "evaluation"

    interview_id: Mapped[UUID]
    employee_id: Mapped[UUID]
    evaluator: Mapped[str]
    content_mean: Mapped[float]
    position: Mapped[int] = mapped_column(BigInteger)


class PlanRow(ProjectionRow, Base):
    """A plan, and when its end is over; `ended_on` is null for one that attainment does not count."""

    __tablename__ = "plan"

    interview_id: Mapped[UUID]
    employee_id: Mapped[UUID]
    manager_id: Mapped[UUID | None]
    state: Mapped[str]
    withdraw_reason: Mapped[str]
    in_force_at: Mapped[datetime | None]
    ends_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    ended_on: Mapped[date | None]
    ends_at: Mapped[datetime | None]
    month: Mapped[str | None]


class BlockerRow(ProjectionRow, Base):
    """A blocker."""

    __tablename__ = "blocker"

    interview_id: Mapped[UUID]
    employee_id: Mapped[UUID]
    raised_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]


class TargetSetRow(TenantRow, Base):
    """The tenant's targets; its id is the tenant's. Not built from facts: people set it here."""

    __tablename__ = "target_set"

    programme_starts_on: Mapped[date]
    targets: Mapped[list[Any]]


class DisclosureRow(Base):
    """A score that a reader was shown: for which selection, under which grants, up to which fact."""

    __tablename__ = "disclosure"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    reader: Mapped[str]
    selection: Mapped[dict[str, Any]]
    up_to_position: Mapped[int] = mapped_column(BigInteger)
    satisfied: Mapped[int]
    given: Mapped[int]
    shown_at: Mapped[datetime]
