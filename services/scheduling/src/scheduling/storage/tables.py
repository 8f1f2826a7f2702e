"""Tables that this service owns."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.tables import TenantRow
from sqlalchemy import ARRAY, Date, Integer, Text
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from scheduling.storage.base import Base


class CalendarRow(TenantRow, Base):
    """A work calendar as last published; hours in minutes of the local day, weekdays by ISO number."""

    __tablename__ = "calendar"

    code: Mapped[str]
    name: Mapped[str]
    country: Mapped[str]
    subdivision: Mapped[str]
    opens_at_minute: Mapped[int]
    closes_at_minute: Mapped[int]
    break_from_minute: Mapped[int]
    break_until_minute: Mapped[int]
    working_weekdays: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    calendar_version: Mapped[int]
    first_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date] = mapped_column(Date)
    published_at: Mapped[datetime]


class CalendarYearRow(Base):
    """A published year: a bitmap of its working days, and the days that are not what their weekday says."""

    __tablename__ = "calendar_year"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    calendar_id: Mapped[UUID] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    working_days: Mapped[bytes]
    special_days: Mapped[list[Any]]
    provisional: Mapped[bool]


class DayOverrideRow(Base):
    """A day that the tenant decided against the country's rule."""

    __tablename__ = "day_override"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    calendar_id: Mapped[UUID] = mapped_column(primary_key=True)
    on: Mapped[date] = mapped_column(Date, primary_key=True)
    working: Mapped[bool]


class PeakRow(TenantRow, Base):
    """Days, both included, in which a unit and all under it have no time for interviews."""

    __tablename__ = "peak"

    unit_id: Mapped[UUID]
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    label: Mapped[str]
    created_by: Mapped[UUID | None]


class BusyTimeRow(TenantRow, Base):
    """A person's commitment elsewhere: when, never what."""

    __tablename__ = "busy_time"

    person_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class BookingRow(TenantRow, Base):
    """A booking of one interview; place, notes and reasons are sealed with the employee's key."""

    __tablename__ = "booking"

    interview_id: Mapped[UUID]
    employee_id: Mapped[UUID]
    manager_id: Mapped[UUID]
    state: Mapped[str]
    starts_at: Mapped[datetime]
    duration_minutes: Mapped[int]
    time_zone: Mapped[str]
    place: Mapped[bytes | None]
    proposed_by: Mapped[UUID | None]
    proposed_at: Mapped[datetime]
    answer_due_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by_silence: Mapped[bool] = mapped_column(default=False)
    short_notice: Mapped[bool] = mapped_column(default=False)
    employee_consented: Mapped[bool] = mapped_column(default=False)
    notice_overridden: Mapped[bool] = mapped_column(default=False)
    override_reason: Mapped[bytes | None]
    replaces_booking_id: Mapped[UUID | None]
    replaced_by_booking_id: Mapped[UUID | None]
    decline_reason: Mapped[str] = mapped_column(default="")
    cancel_reason: Mapped[str] = mapped_column(default="")
    note: Mapped[bytes | None]
    absent: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    ended_at: Mapped[datetime | None]
    invitation_id: Mapped[UUID]
    invitation_sequence: Mapped[int]


class OccupationRow(Base):
    """One person's time held by a proposed or confirmed booking; no two of a person overlap, by constraint."""

    __tablename__ = "occupation"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)


class StepRow(TenantRow, Base):
    """The step of booking of one interview, under the id that every service computes for it."""

    __tablename__ = "step"

    interview_id: Mapped[UUID]
    employee_id: Mapped[UUID]
    manager_id: Mapped[UUID | None]
    state: Mapped[str]
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    late: Mapped[bool] = mapped_column(default=False)
    subject_id: Mapped[UUID | None]
    waived_by: Mapped[UUID | None]
    waiver_reason: Mapped[str] = mapped_column(default="")
    waiver_note: Mapped[bytes | None]
