"""Who belongs to a cycle, and why anybody of its units does not."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID


class LeftOut(StrEnum):
    """Why somebody in a cycle's units has no interview in it."""

    PLACEHOLDER = "placeholder"
    EXCLUDED = "excluded"
    LEAVING = "leaving"
    HIRED_TOO_LATE = "hired_too_late"
    NOT_IN_FAMILY = "not_in_family"
    NOT_OF_TYPE = "not_of_type"
    NO_ACCEPTED_SHORTFALL = "no_accepted_shortfall"
    HAS_OPEN_INTERVIEW = "has_open_interview"
    CALENDAR_UNKNOWN = "calendar_unknown"


@dataclass(frozen=True)
class PopulationRule:
    """All that is set must hold; who is named in `include` needs neither family, type, date nor shortfall."""

    unit_ids: tuple[UUID, ...] = ()
    job_families: tuple[str, ...] = ()
    core_families_only: bool = False
    employee_types: tuple[str, ...] = ()
    with_accepted_shortfall: bool = False
    hired_until: date | None = None
    include_person_ids: frozenset[UUID] = field(default_factory=frozenset)
    exclude_person_ids: frozenset[UUID] = field(default_factory=frozenset)

    def stored(self) -> dict[str, Any]:
        """Return the rule as JSON holds it."""
        lists = {name: sorted(map(str, value)) for name, value in asdict(self).items() if not _is_scalar(value)}
        hired_until = self.hired_until.isoformat() if self.hired_until else None
        return {
            **lists,
            "core_families_only": self.core_families_only,
            "with_accepted_shortfall": self.with_accepted_shortfall,
            "hired_until": hired_until,
        }

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "PopulationRule":
        """Return the rule that `stored` gave."""
        return cls(
            unit_ids=tuple(UUID(each) for each in stored["unit_ids"]),
            job_families=tuple(stored["job_families"]),
            core_families_only=stored["core_families_only"],
            employee_types=tuple(stored["employee_types"]),
            with_accepted_shortfall=stored["with_accepted_shortfall"],
            hired_until=date.fromisoformat(stored["hired_until"]) if stored["hired_until"] else None,
            include_person_ids=frozenset(UUID(each) for each in stored["include_person_ids"]),
            exclude_person_ids=frozenset(UUID(each) for each in stored["exclude_person_ids"]),
        )


@dataclass(frozen=True)
class Candidate:
    """An active person of the cycle's units."""

    person_id: UUID
    job_family: str
    core_family: bool
    employee_type: str
    hired_on: date | None
    left_on: date | None
    placeholder: bool


def left_out(
    rule: PopulationRule,
    candidate: Candidate,
    *,
    window_until: date,
    shortfalls: Collection[UUID],
    has_open_interview: bool,
) -> LeftOut | None:
    """Return why the person is left out, the plainest reason first; None for who belongs to the cycle.

    Somebody whose last day falls before the window's end is leaving. An unknown hire date counts as early enough.
    """
    if candidate.placeholder:
        return LeftOut.PLACEHOLDER
    if candidate.person_id in rule.exclude_person_ids:
        return LeftOut.EXCLUDED
    if candidate.left_on is not None and candidate.left_on < window_until:
        return LeftOut.LEAVING
    if candidate.person_id not in rule.include_person_ids and (missed := _missed(rule, candidate, shortfalls)):
        return missed
    return LeftOut.HAS_OPEN_INTERVIEW if has_open_interview else None


def _missed(rule: PopulationRule, candidate: Candidate, shortfalls: Collection[UUID]) -> LeftOut | None:
    if rule.hired_until and candidate.hired_on and candidate.hired_on > rule.hired_until:
        return LeftOut.HIRED_TOO_LATE
    if rule.job_families and candidate.job_family not in rule.job_families:
        return LeftOut.NOT_IN_FAMILY
    if rule.core_families_only and not candidate.core_family:
        return LeftOut.NOT_IN_FAMILY
    if rule.employee_types and candidate.employee_type not in rule.employee_types:
        return LeftOut.NOT_OF_TYPE
    if rule.with_accepted_shortfall and not shortfalls:
        return LeftOut.NO_ACCEPTED_SHORTFALL
    return None


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, bool | date)
