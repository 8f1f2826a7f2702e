"""Tables of playbooks and of the cycles that follow them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.tables import TenantRow
from sqlalchemy import Date, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from interview_record.storage.base import Base


class PlaybookRow(TenantRow, Base):
    """A playbook; its rules lie in its versions, a draft is the version after the published one."""

    __tablename__ = "playbook"

    code: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    built_in: Mapped[bool]
    derived_from_id: Mapped[UUID | None]
    unit_id: Mapped[UUID | None]
    published_version: Mapped[int] = mapped_column(default=0)
    draft_version: Mapped[int] = mapped_column(default=0)
    touched_at: Mapped[datetime | None]


class PlaybookVersionRow(Base):
    """The rules of one version; never changed once published."""

    __tablename__ = "playbook_version"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    playbook_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    rules: Mapped[dict[str, Any]]
    plan_template_ids: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    published_at: Mapped[datetime | None]


class CycleRow(TenantRow, Base):
    """A campaign; `unit_path` holds its units and all above them, for who may see it."""

    __tablename__ = "cycle"

    name_zh: Mapped[str]
    name_en: Mapped[str]
    state: Mapped[str]
    playbook_id: Mapped[UUID]
    playbook_version: Mapped[int]
    period_from: Mapped[date] = mapped_column(Date)
    period_until: Mapped[date] = mapped_column(Date)
    window_from: Mapped[date] = mapped_column(Date)
    window_until: Mapped[date] = mapped_column(Date)
    population: Mapped[dict[str, Any]]
    unit_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    unit_path: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    created_by: Mapped[str]
    launched_at: Mapped[datetime | None]
    launch_operation_id: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None]
    cancel_reason: Mapped[bytes | None]


class CycleMemberRow(Base):
    """A person of the frozen population: with the interview opened, or with the reason for being left out."""

    __tablename__ = "cycle_member"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    cycle_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    left_out_reason: Mapped[str | None]
    interview_id: Mapped[UUID | None]
    shortfall_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    dimensions: Mapped[dict[str, Any]]
    announced: Mapped[bool] = mapped_column(default=False)
