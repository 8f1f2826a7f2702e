"""What notification hears of, and what it makes of it."""

from collections.abc import Sequence

from common.events import Reaction, reaction
from tandem.common.v1 import steps_pb2 as ledger
from tandem.directory.v1 import events_pb2 as directory
from tandem.interview_record.v1 import events_pb2 as interviews
from tandem.plan_tracking.v1 import events_pb2 as plan_events
from tandem.scheduling.v1 import events_pb2 as scheduling

from notification.reactions import on_booking_changed as bookings
from notification.reactions import on_directory_changed as people
from notification.reactions import on_follow_up_changed as follow_up
from notification.reactions import on_interview_changed as cases
from notification.reactions import on_plan_changed as plans
from notification.reactions import on_step_changed as steps

_STEP_OWNERS = frozenset({"scheduling", "interview-record", "plan-tracking"})

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
    reaction(plan_events.PlanDrafted, plans.on_plan_drafted),
    reaction(plan_events.PlanOffered, plans.on_plan_offered),
    reaction(plan_events.PlanPartlySigned, plans.on_plan_partly_signed),
    reaction(plan_events.PlanSigned, plans.on_plan_signed),
    reaction(plan_events.PlanSilenceRecorded, plans.on_plan_silence_recorded),
    reaction(plan_events.PlanRefused, plans.on_plan_refused),
    reaction(plan_events.PlanIssued, plans.on_plan_issued),
    reaction(plan_events.PlanWithdrawn, plans.on_plan_withdrawn),
    reaction(plan_events.PlanAmendmentProposed, plans.on_plan_amendment_proposed),
    reaction(plan_events.PlanAmended, plans.on_plan_amended),
    reaction(plan_events.PlanReviewed, plans.on_plan_reviewed),
    reaction(plan_events.PlanClosed, plans.on_plan_closed),
    reaction(plan_events.PlanFollowUpLapsed, plans.on_plan_follow_up_lapsed),
    reaction(plan_events.PlanOutcomeOverdue, plans.on_plan_outcome_overdue),
    reaction(plan_events.PlanTakenOver, plans.on_plan_changed),
    reaction(plan_events.PlanReassigned, plans.on_plan_changed),
    reaction(plan_events.PlanSnapshot, plans.on_plan_changed),
    reaction(plan_events.CheckInRecorded, follow_up.on_check_in_recorded),
    reaction(plan_events.BlockerRaised, follow_up.on_blocker_raised),
    reaction(plan_events.BlockerEscalated, follow_up.on_blocker_escalated),
    reaction(plan_events.BlockerResolved, follow_up.on_blocker_resolved),
    reaction(plan_events.BlockerSnapshot, follow_up.on_blocker_changed),
    reaction(ledger.StepDue, steps.on_step_due, sources=_STEP_OWNERS),
    reaction(ledger.StepDone, steps.on_step_done, sources=_STEP_OWNERS),
    reaction(ledger.StepWithdrawn, steps.on_step_done, sources=_STEP_OWNERS),
    reaction(ledger.StepMissed, steps.on_step_missed, sources=_STEP_OWNERS),
    reaction(ledger.StepWaived, steps.on_step_waived, sources=_STEP_OWNERS),
]
