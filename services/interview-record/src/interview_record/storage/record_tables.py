"""Tables of what remains of an interview, evaluations and archive, and the read copies of scheduling's facts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from common.tables import ProjectionRow, TenantRow
from sqlalchemy import ARRAY, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from interview_record.storage.base import Base


class EvaluationRow(TenantRow, Base):
    """One side's evaluation: five scores and a sealed text that only its author reads."""

    __tablename__ = "evaluation"

    interview_id: Mapped[UUID]
    evaluator: Mapped[str]
    person_id: Mapped[UUID]
    scores: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    text: Mapped[bytes | None]
    evaluated_at: Mapped[datetime]


class ArchiveItemRow(TenantRow, Base):
    """A package in the employee's file, or one that waits to be frozen; `occurrence` names its ledger row."""

    __tablename__ = "archive_item"

    interview_id: Mapped[UUID]
    employee_id: Mapped[UUID]
    kind: Mapped[str]
    occurrence: Mapped[str]
    plan_id: Mapped[UUID]
    revision: Mapped[int]
    amendment: Mapped[int]
    caused_at: Mapped[datetime]
    file_id: Mapped[UUID | None]
    content_hash: Mapped[bytes | None]
    frozen_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]


class ArchiveReceiptRow(Base):
    """A destination's word that it holds the item."""

    __tablename__ = "archive_receipt"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    archive_item_id: Mapped[UUID] = mapped_column(primary_key=True)
    destination: Mapped[str] = mapped_column(primary_key=True)
    receipt: Mapped[str]
    accepted_at: Mapped[datetime]


class CalendarRow(ProjectionRow, Base):
    """Read copy of a work calendar; `facts` are those of the event."""

    __tablename__ = "calendar"

    code: Mapped[str]
    facts: Mapped[dict[str, Any]]


class BookingRow(ProjectionRow, Base):
    """Read copy of a booking."""

    __tablename__ = "booking"

    interview_id: Mapped[UUID]
    state: Mapped[str]
    starts_at: Mapped[datetime]
    duration_minutes: Mapped[int]
