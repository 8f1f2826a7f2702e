"""interview-record said how an interview stands; each of its events carries the whole state."""

from datetime import datetime
from typing import Any
from uuid import UUID

from common.database import Database
from common.events import Event
from common.timestamps import from_timestamp
from tandem.interview_record.v1 import events_pb2 as events
from tandem.interview_record.v1 import facts_pb2 as facts

from plan_tracking.reactions.copies import interview_values
from plan_tracking.use_cases.follow_interview import InterviewCopy, follow_interview


async def on_interview_changed(database: Database, event: Event[Any]) -> None:
    """Follow the interview."""
    interview: facts.InterviewFacts = event.message.interview
    await follow_interview(database, event, _copy(interview, {}))


async def on_dispute_opened(database: Database, event: Event[events.InterviewDisputeOpened]) -> None:
    """Follow the interview; this event alone says when the dispute must be decided."""
    message = event.message
    decide_by = {message.dispute_id: from_timestamp(message.decide_by)}
    await follow_interview(database, event, _copy(message.interview, decide_by))


def _copy(interview: facts.InterviewFacts, decide_by: dict[str, datetime]) -> InterviewCopy:
    return InterviewCopy(
        UUID(interview.interview_id),
        interview_values(interview),
        tuple(interview.open_dispute_ids),
        decide_by,
        left=interview.cancel_reason == facts.INTERVIEW_CANCEL_REASON_PERSON_LEFT,
    )
