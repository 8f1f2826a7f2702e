"""What scheduling does on events of others; an event that tells an aggregate's whole state shares its handler."""

from common.events import Reaction, reaction
from tandem.directory.v1 import events_pb2 as directory
from tandem.interview_record.v1 import events_pb2 as interview_record

from scheduling.reactions.on_interview_changed import on_interview_changed
from scheduling.reactions.on_person_changed import on_person_changed
from scheduling.reactions.on_person_left import on_person_left
from scheduling.reactions.on_tenant_created import on_tenant_created
from scheduling.reactions.on_unit_changed import on_unit_changed

REACTIONS: list[Reaction] = [
    reaction(directory.TenantCreated, on_tenant_created),
    reaction(directory.TenantSnapshot, on_tenant_created),
    reaction(directory.UnitChanged, on_unit_changed),
    reaction(directory.UnitSnapshot, on_unit_changed),
    reaction(directory.PersonChanged, on_person_changed),
    reaction(directory.PersonManagerChanged, on_person_changed),
    reaction(directory.PersonSnapshot, on_person_changed),
    reaction(directory.PersonLeft, on_person_left),
    reaction(interview_record.InterviewOpened, on_interview_changed),
    reaction(interview_record.InterviewSessionStarted, on_interview_changed),
    reaction(interview_record.InterviewSessionEnded, on_interview_changed),
    reaction(interview_record.InterviewConcluded, on_interview_changed),
    reaction(interview_record.InterviewClosed, on_interview_changed),
    reaction(interview_record.InterviewCancelled, on_interview_changed),
    reaction(interview_record.InterviewReassigned, on_interview_changed),
    reaction(interview_record.InterviewSnapshot, on_interview_changed),
]
