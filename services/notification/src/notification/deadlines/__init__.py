"""What falls due: reminders; mails have senders of their own."""

from common.due import Deadline

from notification.deadlines.remind_blocker import remind_blocker
from notification.deadlines.remind_measure import remind_measure
from notification.deadlines.remind_session import remind_session
from notification.deadlines.remind_step import remind_step
from notification.deadlines.step_overdue import step_overdue
from notification.reminding import (
    REMIND_BLOCKER,
    REMIND_MEASURE,
    REMIND_SESSION,
    REMIND_STEP,
    STEP_OVERDUE,
)

DEADLINES: dict[str, Deadline] = {
    REMIND_SESSION: remind_session,
    REMIND_STEP: remind_step,
    STEP_OVERDUE: step_overdue,
    REMIND_MEASURE: remind_measure,
    REMIND_BLOCKER: remind_blocker,
}
