"""What notification hears of, and what it makes of it."""

from collections.abc import Sequence

from common.events import Reaction, reaction
from tandem.directory.v1 import events_pb2 as directory
from tandem.interview_record.v1 import events_pb2 as interviews
from tandem.scheduling.v1 import events_pb2 as scheduling

from notification.reactions import on_booking_changed as bookings
from notification.reactions import on_directory_changed as people
from notification.reactions import on_interview_changed as cases

REACTIONS: Sequence[Reaction] = [
    reaction(directory.PersonChanged, people.on_person_changed),
    reaction(directory.PersonManagerChanged, people.on_person_changed),
    reaction(directory.PersonLeft, people.on_person_changed),
    reaction(directory.PersonSnapshot, people.on_person_changed),
    reaction(directory.UnitChanged, people.on_unit_changed),
    reaction(directory.UnitSnapshot, people.on_unit_changed),
    reaction(directory.GrantChanged, people.on_grant_changed),
    reaction(directory.GrantSnapshot, people.on_grant_changed),
    reaction(scheduling.CalendarPublished, people.on_calendar_published),
    reaction(scheduling.CalendarSnapshot, people.on_calendar_published),
    reaction(scheduling.BookingProposed, bookings.on_booking_proposed),
    reaction(scheduling.BookingConfirmed, bookings.on_booking_confirmed),
    reaction(scheduling.BookingDeclined, bookings.on_booking_declined),
    reaction(scheduling.BookingExpired, bookings.on_booking_expired),
    reaction(scheduling.BookingMoved, bookings.on_booking_moved),
    reaction(scheduling.BookingCancelled, bookings.on_booking_cancelled),
    reaction(scheduling.BookingMissed, bookings.on_booking_missed),
    reaction(scheduling.BookingCompleted, bookings.on_booking_completed),
    reaction(scheduling.BookingSnapshot, bookings.on_booking_completed),
    reaction(interviews.InterviewOpened, cases.on_interview_opened),
    reaction(interviews.InterviewCoreGoalSet, cases.on_interview_changed),
    reaction(interviews.InterviewBriefed, cases.on_interview_briefed),
    reaction(interviews.InterviewSelfAnalysisSubmitted, cases.on_interview_self_analysis_submitted),
    reaction(interviews.InterviewSessionStarted, cases.on_interview_changed),
    reaction(interviews.InterviewSessionEnded, cases.on_interview_changed),
    reaction(interviews.InterviewConcluded, cases.on_interview_changed),
    reaction(interviews.InterviewArchived, cases.on_interview_archived),
    reaction(interviews.InterviewClosed, cases.on_interview_changed),
    reaction(interviews.InterviewCancelled, cases.on_interview_cancelled),
    reaction(interviews.InterviewReassigned, cases.on_interview_reassigned),
    reaction(interviews.InterviewDisputeOpened, cases.on_interview_dispute_opened),
    reaction(interviews.InterviewDisputeDecided, cases.on_interview_dispute_decided),
    reaction(interviews.InterviewEvaluated, cases.on_interview_changed),
    reaction(interviews.InterviewSnapshot, cases.on_interview_changed),
]
