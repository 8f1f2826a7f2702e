"""Interviews between rows and contract."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from common.timestamps import to_day, to_optional_timestamp, to_timestamp
from tandem.interview_record.v1 import facts_pb2 as facts
from tandem.interview_record.v1 import interview_pb2 as pb
from tandem.interview_record.v1.playbook_rules_pb2 import PlaybookRules

from interview_record.events import interview_facts, text_of
from interview_record.storage.interview_tables import InterviewRow
from interview_record.storage.record_tables import BookingRow


@dataclass(frozen=True)
class InterviewTexts:
    """The texts of a case that the caller may see; empty where they may not."""

    core_goal: str = ""
    directions: Sequence[str] = field(default_factory=tuple)
    cancel_note: str = ""


NO_TEXTS = InterviewTexts()
_MOMENTS = (
    "data_confirmed_at",
    "core_goal_set_at",
    "briefed_at",
    "self_analysis_submitted_at",
    "session_started_at",
    "session_ended_at",
    "concluded_at",
    "archived_at",
    "closed_at",
    "cancelled_at",
)


def interview_message(
    row: InterviewRow, rules: PlaybookRules, booking: BookingRow | None, texts: InterviewTexts = NO_TEXTS
) -> pb.Interview:
    """Return the interview as the contract shows it."""
    known = interview_facts(row, rules)
    return pb.Interview(
        id=str(row.id),
        state=known.state,
        employee_id=known.employee_id,
        manager_id=known.manager_id,
        needs_manager=known.needs_manager,
        past_managers=known.past_managers,
        dimensions=known.dimensions,
        playbook_id=known.playbook_id,
        playbook_version=known.playbook_version,
        rules=rules,
        hold_by=known.hold_by,
        window_from=known.window_from,
        period_from=to_day(row.period_from),
        period_until=to_day(row.period_until),
        opened_at=known.opened_at,
        opened_by=known.opened_by,
        shortfalls=known.shortfalls,
        core_goal=texts.core_goal,
        directions=texts.directions,
        briefing_version=row.briefing_version,
        open_disputes=len(row.open_dispute_ids),
        plan_id=text_of(row.plan_id),
        conclusion=known.conclusion,
        cancel_reason=known.cancel_reason,
        cancel_note=texts.cancel_note,
        version=row.version,
        **_moments(row),
        **_booked(booking),
    )


def _moments(row: InterviewRow) -> dict[str, Any]:
    return {name: to_optional_timestamp(getattr(row, name)) for name in _MOMENTS}


def _booked(booking: BookingRow | None) -> dict[str, Any]:
    if booking is None:
        return {}
    return {
        "booking_id": str(booking.id),
        "booked_starts_at": to_timestamp(booking.starts_at),
        "booked_minutes": booking.duration_minutes,
        "booking_confirmed": booking.state in {"confirmed", "completed"},
    }


def word(enum: Any, prefix: str, value: int) -> str:
    """Return our lower-case word of an enum's value, empty for unspecified."""
    name: str = enum.Name(value)
    found = name.removeprefix(f"{prefix}_").lower()
    return "" if found == "unspecified" else found


def state_words(values: Sequence[int]) -> list[str]:
    """Return the words of interview states."""
    return [word(facts.InterviewState, "INTERVIEW_STATE", each) for each in values]


def optional_id(text: str) -> UUID | None:
    """Return the id, None for the empty text."""
    return UUID(text) if text else None
