"""What a revision says, and the exact bytes that are frozen, hashed and signed."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import rfc8785

Direction = Literal["higher", "lower"]
SCHEMA = "tandem.plan/1"


@dataclass(frozen=True)
class Measure:
    """An action for a goal; a draft's may still lack owner or date. `amended_by` is the amendment it came with."""

    measure_id: UUID
    goal_id: UUID
    action: str
    owner_id: UUID | None = None
    resource: str = ""
    cadence: str = ""
    due_on: date | None = None
    proposed_by: UUID | None = None
    edited_by: UUID | None = None
    amended_by: int = 0

    def frozen(self) -> dict[str, Any]:
        """Return the measure as signed; who typed it is not part of the agreement."""
        return {
            "id": str(self.measure_id),
            "action": self.action,
            "owner_id": _text(self.owner_id),
            "resource": self.resource,
            "cadence": self.cadence,
            "due_on": _text(self.due_on),
        }


@dataclass(frozen=True)
class Goal:
    """A result to reach on a metric; decimals are exact, `shortfall_id` is what it answers."""

    goal_id: UUID
    statement: str
    metric_code: str = ""
    measure_unit: str = ""
    baseline: Decimal | None = None
    target: Decimal | None = None
    direction: Direction = "higher"
    due_on: date | None = None
    shortfall_id: UUID | None = None
    measures: tuple[Measure, ...] = ()
    proposed_by: UUID | None = None
    edited_by: UUID | None = None

    def frozen(self) -> dict[str, Any]:
        """Return the goal as signed, with its measures in their order."""
        return {
            "id": str(self.goal_id),
            "statement": self.statement,
            "metric_code": self.metric_code,
            "measure_unit": self.measure_unit,
            "baseline": decimal_text(self.baseline),
            "target": decimal_text(self.target),
            "direction": self.direction,
            "due_on": _text(self.due_on),
            "shortfall_id": _text(self.shortfall_id),
            "measures": [measure.frozen() for measure in self.measures],
        }


@dataclass(frozen=True)
class Answer:
    """The answer to one request of the self-analysis, bound to the request's keyed hash."""

    request_id: UUID
    keyed_hash: bytes
    accepted: bool
    measure_id: UUID | None = None
    reason: str = ""
    answered_by: UUID | None = None

    def frozen(self) -> dict[str, Any]:
        """Return the answer as signed; the request's text stays with interview-record."""
        return {
            "request_id": str(self.request_id),
            "request_hash": self.keyed_hash.hex(),
            "answer": "accepted" if self.accepted else "declined",
            "measure_id": _text(self.measure_id),
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Heading:
    """Whose plan it is and by which rules it runs: the part of the frozen content that nobody types."""

    tenant_id: UUID
    plan_id: UUID
    interview_id: UUID
    employee_id: UUID
    manager_id: UUID
    playbook_id: UUID
    playbook_version: int
    revision: int
    check_in_every_days: int
    review_after_months: int


@dataclass(frozen=True)
class Content:
    """The goals with their measures, and the answers to the requests."""

    goals: tuple[Goal, ...] = ()
    answers: tuple[Answer, ...] = ()

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Return all measures in their order."""
        return tuple(measure for goal in self.goals for measure in goal.measures)

    @property
    def ends_on(self) -> date | None:
        """Return the last due date of all goals and measures."""
        return max(_dates(self.goals, self.measures), default=None)

    def frozen(self, heading: Heading, amendment: int = 0) -> bytes:
        """Return the RFC 8785 bytes to sign; the same content gives the same bytes everywhere."""
        document: dict[str, Any] = {
            "schema": SCHEMA,
            "tenant_id": str(heading.tenant_id),
            "plan_id": str(heading.plan_id),
            "interview_id": str(heading.interview_id),
            "employee_id": str(heading.employee_id),
            "manager_id": str(heading.manager_id),
            "playbook_id": str(heading.playbook_id),
            "playbook_version": heading.playbook_version,
            "revision": heading.revision,
            "amendment": amendment,
            "check_in_every_days": heading.check_in_every_days,
            "review_after_months": heading.review_after_months,
            "goals": [goal.frozen() for goal in self.goals],
            "answers": [answer.frozen() for answer in sorted(self.answers, key=lambda each: each.request_id)],
        }
        return rfc8785.dumps(document)


def content_hash(frozen: bytes) -> bytes:
    """Return the SHA-256 of the frozen bytes."""
    return hashlib.sha256(frozen).digest()


def decimal_text(value: Decimal | None) -> str:
    """Return the plain notation of a decimal without trailing zeros, empty for none: one value, one text."""
    if value is None:
        return ""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def _dates(goals: Sequence[Goal], measures: Sequence[Measure]) -> Iterable[date]:
    days = [goal.due_on for goal in goals] + [measure.due_on for measure in measures]
    return (day for day in days if day is not None)


def _text(value: object | None) -> str:
    return "" if value is None else str(value)
