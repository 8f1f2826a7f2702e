"""Work calendars, business peaks and busy times."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from common.timestamps import from_timestamp
from pydantic import AwareDatetime, ConfigDict, Field
from tandem.scheduling.v1 import busy_time_pb2, calendar_pb2, facts_pb2, peak_pb2

from gateway.names import Names, PersonRef
from gateway.schemas.fields import moment, optional_text, word
from gateway.schemas.model import Input, Output, PageQuery, Versioned

Weekday = Annotated[int, Field(ge=1, le=7)]


class WorkingHours(Input):
    """Local wall times of a working day; due dates counted in working days fall at the end."""

    opens_at: time = time(9)
    closes_at: time = time(18)
    break_from: Annotated[time | None, Field(description="With `break_until`; null: no break.")] = None
    break_until: time | None = None

    @classmethod
    def of(cls, hours: facts_pb2.WorkingHours) -> "WorkingHours":
        """Return the hours from minutes of the day."""
        pauses = hours.break_from_minute < hours.break_until_minute
        return cls(
            opens_at=_wall(hours.opens_at_minute),
            closes_at=_wall(hours.closes_at_minute),
            break_from=_wall(hours.break_from_minute) if pauses else None,
            break_until=_wall(hours.break_until_minute) if pauses else None,
        )

    def to_contract(self) -> facts_pb2.WorkingHours:
        """Return the hours in minutes of the day."""
        return facts_pb2.WorkingHours(
            opens_at_minute=_minute(self.opens_at),
            closes_at_minute=_minute(self.closes_at),
            break_from_minute=_minute(self.break_from),
            break_until_minute=_minute(self.break_until),
        )


class CalendarOut(Versioned):
    """Which days work, and when."""

    id: UUID
    code: Annotated[str, Field(description="`CN`, `DE-BY`, or your own; people name their calendar by it.")]
    name: str
    country: str
    subdivision: str | None
    hours: WorkingHours
    working_weekdays: Annotated[list[int], Field(description="ISO weekdays, 1 is Monday.")]
    calendar_version: Annotated[int, Field(description="Rises with every publication.")]
    first_on: date
    last_on: date
    provisional_years: Annotated[
        list[int], Field(description="Their substituted working days are not announced yet, or holidays estimated.")
    ]
    published_at: datetime | None

    @classmethod
    def of(cls, calendar: calendar_pb2.Calendar) -> "CalendarOut":
        """Return the calendar."""
        return cls(
            id=UUID(calendar.id),
            code=calendar.code,
            name=calendar.name,
            country=calendar.country,
            subdivision=optional_text(calendar.subdivision),
            hours=WorkingHours.of(calendar.hours),
            working_weekdays=list(calendar.working_weekdays),
            calendar_version=calendar.calendar_version,
            first_on=date.fromisoformat(calendar.first_on),
            last_on=date.fromisoformat(calendar.last_on),
            provisional_years=list(calendar.provisional_years),
            published_at=moment(calendar.published_at),
            version=calendar.version,
        )


class CalendarsQuery(PageQuery):
    """Filters of the list of calendars."""

    code: Annotated[str, Field(max_length=64, description="Exactly this one.")] = ""


class DayOverride(Input):
    """A day that you decide against the country's rule."""

    on: date
    working: bool

    def to_contract(self) -> calendar_pb2.DayOverride:
        """Return the contract's form."""
        return calendar_pb2.DayOverride(on=self.on.isoformat(), working=self.working)


class NewCalendar(Input):
    """A calendar to add, made from a country's public holidays."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "CN-FACTORY",
                    "name": "工厂日历",
                    "country": "CN",
                    "hours": {"opens_at": "08:00", "closes_at": "17:00"},
                    "overrides": [{"on": "2026-10-08", "working": False}],
                }
            ]
        }
    )

    code: Annotated[str, Field(min_length=1, max_length=64)]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    country: Annotated[str, Field(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2.")]
    subdivision: Annotated[str, Field(max_length=10)] = ""
    hours: WorkingHours | None = None
    working_weekdays: Annotated[tuple[Weekday, ...], Field(max_length=7, description="Empty: the country's.")] = ()
    overrides: Annotated[tuple[DayOverride, ...], Field(max_length=400)] = ()


class CalendarChanges(Input):
    """What to change of a calendar; what is not sent stays."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    hours: WorkingHours | None = None
    overrides: Annotated[tuple[DayOverride, ...], Field(max_length=400, description="Added to those set before.")] = ()
    cleared_days: Annotated[
        tuple[date, ...], Field(max_length=400, description="Follow the country's rule again.")
    ] = ()


class DayKind(StrEnum):
    """What a day is."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    SUBSTITUTED_WORKING = "substituted_working"
    SET_FREE = "set_free"
    SET_WORKING = "set_working"


class CalendarDayOut(Output):
    """One day of a calendar."""

    on: date
    kind: DayKind
    working: bool
    name: Annotated[str | None, Field(description="The holiday's, in your language where the calendar has it.")]
    provisional: bool

    @classmethod
    def of(cls, day: calendar_pb2.CalendarDay, locale: str) -> "CalendarDayOut":
        """Return the day with its name in the language."""
        return cls(
            on=date.fromisoformat(day.on),
            kind=word(DayKind, calendar_pb2.DayKind, day.kind),
            working=day.working,
            name=optional_text(day.name.zh_cn if locale.startswith("zh") else day.name.en),
            provisional=day.provisional,
        )


class CalendarDays(Output):
    """The days asked for."""

    items: list[CalendarDayOut]


class DaysQuery(Input):
    """Which days; both included, at most 400."""

    from_on: date
    until_on: date


class PeakOut(Versioned):
    """Days in which a unit has no time for interviews."""

    id: UUID
    unit_id: UUID
    from_on: date
    until_on: Annotated[date, Field(description="Included.")]
    label: str
    created_by: PersonRef | None

    @classmethod
    def of(cls, peak: peak_pb2.Peak, names: Names) -> "PeakOut":
        """Return the peak with the name of who set it."""
        return cls(
            id=UUID(peak.id),
            unit_id=UUID(peak.unit_id),
            from_on=date.fromisoformat(peak.from_on),
            until_on=date.fromisoformat(peak.until_on),
            label=peak.label,
            created_by=names.optional_ref(peak.created_by),
            version=peak.version,
        )


class PeaksQuery(PageQuery):
    """Filters of the list of peaks."""

    unit_id: UUID | None = None
    from_on: date | None = None
    until_on: date | None = None


class NewPeak(Input):
    """A business peak of a unit and all under it."""

    unit_id: UUID
    from_on: date
    until_on: Annotated[date, Field(description="Included.")]
    label: Annotated[str, Field(min_length=1, max_length=200)]


class BusyTimeOut(Versioned):
    """A commitment elsewhere: when, never what."""

    id: UUID
    person_id: UUID
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, busy: busy_time_pb2.BusyTime) -> "BusyTimeOut":
        """Return the busy time."""
        return cls(
            id=UUID(busy.id),
            person_id=UUID(busy.person_id),
            starts_at=from_timestamp(busy.starts_at),
            ends_at=from_timestamp(busy.ends_at),
            version=busy.version,
        )


class BusyTimesQuery(PageQuery):
    """Whose commitments, and those that touch which time."""

    person_id: UUID
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class NewBusyTime(Input):
    """A commitment to mark."""

    person_id: UUID
    starts_at: AwareDatetime
    ends_at: AwareDatetime


def _wall(minute: int) -> time:
    return time(*divmod(minute, 60))


def _minute(wall: time | None) -> int:
    return wall.hour * 60 + wall.minute if wall else 0
