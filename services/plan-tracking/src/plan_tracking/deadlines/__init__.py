"""What waits for a moment, by kind of due row."""

from plan_tracking.deadlines.blocker_overdue import blocker_overdue
from plan_tracking.deadlines.check_in_due import check_in_due
from plan_tracking.deadlines.outcome_overdue import outcome_overdue

DEADLINES = {
    "blocker_overdue": blocker_overdue,
    "check_in_due": check_in_due,
    "outcome_overdue": outcome_overdue,
}
