"""A message to be: for whom, about what, with which facts, and what must still be true when it is sent."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Values:
    """What a template's placeholders stand for: people by id, moments, days and texts that need no language."""

    people: Mapping[str, str] = field(default_factory=dict)
    moments: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    step: str = ""

    @classmethod
    def of(
        cls,
        *,
        people: Mapping[str, UUID | None] | None = None,
        moments: Mapping[str, datetime | None] | None = None,
        days: Mapping[str, str] | None = None,
        texts: Mapping[str, object] | None = None,
        step: str = "",
    ) -> "Values":
        """Return the values; None is nothing to say, for placeholders that a template can do without."""
        return cls(
            {name: str(each) if each else "" for name, each in (people or {}).items()},
            {name: each.isoformat() if each else "" for name, each in (moments or {}).items()},
            dict(days or {}),
            {name: str(each) for name, each in (texts or {}).items()},
            step,
        )

    def names(self) -> set[str]:
        """Return the placeholders that have a value."""
        return {*self.people, *self.moments, *self.days, *self.texts, *(["step_name"] if self.step else [])}

    def person_ids(self) -> list[str]:
        """Return the ids of the people spoken of."""
        return [each for each in dict.fromkeys(self.people.values()) if each]

    def as_json(self) -> dict[str, Any]:
        """Return the form that the table keeps."""
        return asdict(self)


@dataclass(frozen=True)
class Guard:
    """What must still be true when the mail goes out; an empty field asks nothing."""

    role: str = ""
    step_id: str = ""
    step_due_at: str = ""
    booking_id: str = ""
    booking_sequence: int = -1
    plan_id: str = ""
    plan_revision: int = 0
    plan_revision_state: str = ""
    blocker_id: str = ""
    expires_at: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the fields that ask something."""
        nothing = asdict(Guard())
        return {name: each for name, each in asdict(self).items() if each != nothing[name]}


@dataclass(frozen=True)
class CalendarEntry:
    """The iCalendar part of an invitation: `uid` and `sequence` as RFC 5546 correlates them."""

    method: str
    uid: str
    sequence: int
    status: str
    starts_at: str
    minutes: int
    organizer_id: str
    attendee_id: str
    booking_id: str

    def as_json(self) -> dict[str, Any]:
        """Return the form that the table keeps."""
        return asdict(self)


@dataclass(frozen=True)
class Notice:
    """One message for one person."""

    template: str
    recipient_id: UUID | None
    resource_type: str
    resource_id: UUID
    slot: str
    values: Values = field(default_factory=Values)
    guard: Guard = field(default_factory=Guard)
    interview_id: UUID | None = None
    step_id: UUID | None = None
    deadline: datetime | None = None
    calendar: CalendarEntry | None = None
