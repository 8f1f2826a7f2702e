"""An interview opened, moved on, ended or got another manager: each event tells all of it."""

from typing import Any, Protocol
from uuid import UUID

from common.database import Database
from common.events import Event
from common.timestamps import from_day, from_optional_day, from_optional_timestamp
from tandem.interview_record.v1 import facts_pb2
from tandem.interview_record.v1.playbook_rules_pb2 import UNANSWERED_BOOKING_EXPIRE, WAIVER_BY_MANAGER

from scheduling.domain.booking import Unanswered
from scheduling.storage.copies import project
from scheduling.storage.copy_tables import InterviewRow
from scheduling.use_cases.follow_interview import follow_interview


class TellsInterview(Protocol):
    """Any interview event: they all carry the whole state."""

    @property
    def interview(self) -> facts_pb2.InterviewFacts:
        """Return the interview."""


async def on_interview_changed(database: Database, event: Event[Any]) -> None:
    """Keep the interview and bring its booking and step to what it says."""
    message: TellsInterview = event.message
    async with database.reaction(event) as tx:
        if await project(tx, event, InterviewRow, _values(message.interview)) is not None:
            await follow_interview(tx, event.aggregate_id)


def _values(interview: facts_pb2.InterviewFacts) -> dict[str, Any]:
    notice = interview.rules.notice
    held_until = [from_optional_timestamp(each.until) for each in interview.past_managers]
    return {
        "state": facts_pb2.InterviewState.Name(interview.state).removeprefix("INTERVIEW_STATE_").lower(),
        "employee_id": UUID(interview.employee_id),
        "manager_id": UUID(interview.manager_id) if interview.manager_id else None,
        "manager_since": max((each for each in held_until if each is not None), default=None),
        "unit_path": [UUID(each) for each in interview.dimensions.unit_path],
        "window_from": from_optional_day(interview.window_from),
        "hold_by": from_day(interview.hold_by),
        "session_ended_at": from_optional_timestamp(interview.session_ended_at),
        "cancel_reason": _word(interview.cancel_reason),
        "notice_days": notice.notice_days,
        "answer_days": notice.answer_days,
        "unanswered": Unanswered.EXPIRE if notice.unanswered == UNANSWERED_BOOKING_EXPIRE else Unanswered.CONFIRM,
        "shortest_minutes": notice.shortest_minutes,
        "longest_minutes": notice.longest_minutes,
        "usual_minutes": sum(each.minutes for each in interview.rules.session.segments),
        "waiver_by_manager": interview.rules.waiver_by == WAIVER_BY_MANAGER,
    }


def _word(reason: facts_pb2.InterviewCancelReason.ValueType) -> str:
    if not reason:
        return ""
    return facts_pb2.InterviewCancelReason.Name(reason).removeprefix("INTERVIEW_CANCEL_REASON_").lower()
