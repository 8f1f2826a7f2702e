"""Notification's own rows."""

from datetime import datetime
from typing import Any
from uuid import UUID

from common.tables import TenantRow
from sqlalchemy.orm import Mapped, mapped_column

from notification.storage.base import Base


class MessageRow(TenantRow, Base):
    """One message for one person; `facts` and `guard` hold ids, dates and numbers, never a text or a name."""

    __tablename__ = "message"

    recipient_id: Mapped[UUID]
    template: Mapped[str]
    dedupe_key: Mapped[str]
    resource_type: Mapped[str]
    resource_id: Mapped[UUID]
    interview_id: Mapped[UUID | None]
    step_id: Mapped[UUID | None]
    needs_action: Mapped[bool]
    facts: Mapped[dict[str, Any]]
    guard: Mapped[dict[str, Any]]
    calendar: Mapped[dict[str, Any] | None]
    sent_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class DeliveryRow(TenantRow, Base):
    """One message on one channel; a mail is found through its due row `send`."""

    __tablename__ = "delivery"

    message_id: Mapped[UUID]
    recipient_id: Mapped[UUID]
    channel: Mapped[str]
    template: Mapped[str]
    state: Mapped[str]
    suppressed_reason: Mapped[str] = mapped_column(default="")
    resource_type: Mapped[str]
    resource_id: Mapped[UUID]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    unanswered: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[list[Any]] = mapped_column(default=list)


class PreferenceRow(TenantRow, Base):
    """How a person wants to be told; its id is the person's."""

    __tablename__ = "preference"

    mail: Mapped[bool]
    mail_muted_templates: Mapped[list[str]]
    quiet_from_minute: Mapped[int]
    quiet_until_minute: Mapped[int]
