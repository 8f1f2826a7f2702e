"""The events that move interviews."""

from common.events import Reaction, reaction
from tandem.directory.v1 import events_pb2 as directory
from tandem.notification.v1 import events_pb2 as notification
from tandem.plan_tracking.v1 import events_pb2 as plan
from tandem.scheduling.v1 import events_pb2 as scheduling

from interview_record.reactions.on_archive_item_accepted import on_archive_item_accepted
from interview_record.reactions.on_booking_changed import BOOKING_EVENTS, on_booking_changed
from interview_record.reactions.on_calendar_published import on_calendar_published
from interview_record.reactions.on_person_left import on_person_left
from interview_record.reactions.on_person_manager_changed import on_person_manager_changed
from interview_record.reactions.on_plan_amended import on_plan_amended
from interview_record.reactions.on_plan_closed import on_plan_closed
from interview_record.reactions.on_plan_drafted import on_plan_drafted
from interview_record.reactions.on_plan_issued import on_plan_issued
from interview_record.reactions.on_plan_reviewed import on_plan_reviewed
from interview_record.reactions.on_plan_signed import on_plan_signed
from interview_record.reactions.on_plan_withdrawn import on_plan_withdrawn

INTERVIEWS: list[Reaction] = [
    reaction(directory.PersonManagerChanged, on_person_manager_changed),
    reaction(directory.PersonLeft, on_person_left),
    reaction(scheduling.CalendarPublished, on_calendar_published),
    reaction(scheduling.CalendarSnapshot, on_calendar_published),
    *(reaction(each, on_booking_changed) for each in BOOKING_EVENTS),
    reaction(plan.PlanDrafted, on_plan_drafted),
    reaction(plan.PlanSigned, on_plan_signed),
    reaction(plan.PlanIssued, on_plan_issued),
    reaction(plan.PlanWithdrawn, on_plan_withdrawn),
    reaction(plan.PlanAmended, on_plan_amended),
    reaction(plan.PlanReviewed, on_plan_reviewed),
    reaction(plan.PlanClosed, on_plan_closed),
    reaction(notification.ArchiveItemAccepted, on_archive_item_accepted),
]
