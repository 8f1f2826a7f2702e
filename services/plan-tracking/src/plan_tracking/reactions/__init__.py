"""What this service listens to."""

from common.events import Reaction, reaction
from tandem.directory.v1 import events_pb2 as directory
from tandem.interview_record.v1 import events_pb2 as interview
from tandem.scheduling.v1 import events_pb2 as scheduling

from plan_tracking.reactions.on_calendar_published import on_calendar_published
from plan_tracking.reactions.on_interview_changed import on_dispute_opened, on_interview_changed
from plan_tracking.reactions.on_kpi_recorded import on_kpi_recorded
from plan_tracking.reactions.on_person_changed import on_person_changed
from plan_tracking.reactions.on_person_left import on_person_left
from plan_tracking.reactions.on_unit_changed import on_unit_changed

_INTERVIEW = (
    interview.InterviewOpened,
    interview.InterviewCoreGoalSet,
    interview.InterviewBriefed,
    interview.InterviewSelfAnalysisSubmitted,
    interview.InterviewSessionStarted,
    interview.InterviewSessionEnded,
    interview.InterviewConcluded,
    interview.InterviewArchived,
    interview.InterviewClosed,
    interview.InterviewCancelled,
    interview.InterviewReassigned,
    interview.InterviewDisputeDecided,
    interview.InterviewEvaluated,
    interview.InterviewSnapshot,
)

REACTIONS: list[Reaction] = [
    reaction(directory.PersonChanged, on_person_changed),
    reaction(directory.PersonManagerChanged, on_person_changed),
    reaction(directory.PersonSnapshot, on_person_changed),
    reaction(directory.PersonLeft, on_person_left),
    reaction(directory.UnitChanged, on_unit_changed),
    reaction(directory.UnitSnapshot, on_unit_changed),
    reaction(scheduling.CalendarPublished, on_calendar_published),
    reaction(scheduling.CalendarSnapshot, on_calendar_published),
    reaction(interview.KpiRecorded, on_kpi_recorded),
    reaction(interview.InterviewDisputeOpened, on_dispute_opened),
    *(reaction(message, on_interview_changed) for message in _INTERVIEW),
]
