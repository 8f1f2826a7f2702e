"""When each step of the interview falls due: pure arithmetic over the employee's calendar and zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from common.steps import Step
from common.workdays import WorkCalendar


@dataclass(frozen=True)
class WorkTime:
    """The calendar and the IANA zone of the person whom the case is about."""

    calendar: WorkCalendar
    zone: str

    def after(self, event_at: datetime, working_days: int) -> datetime:
        """Return the end of work of the n-th working day after the event's day."""
        return self.calendar.due_after(event_at, working_days, self.zone)

    def held_by(self, hold_by: date) -> datetime:
        """Return the end of work of the last working day up to `hold_by`."""
        return self.calendar.end_of_work(self.calendar.last_working_day(hold_by), self.zone)


def preparation_dues(
    work_time: WorkTime, starts_at: datetime | None, sharing_days: int
) -> Mapping[Step, datetime | None]:
    """Return the dues that hang on the start; None each while no start is known."""
    ready = work_time.calendar.due_before(starts_at, sharing_days, work_time.zone) if starts_at else None
    return {
        Step.DATA_READY: ready,
        Step.GOAL_SET: ready,
        Step.SHARED: ready,
        Step.SELF_ANALYSIS: starts_at,
    }


def is_late(done_at: datetime, due_at: datetime | None) -> bool:
    """Tell whether the act came after its due moment; an act before any due is known is in time."""
    return due_at is not None and done_at > due_at
