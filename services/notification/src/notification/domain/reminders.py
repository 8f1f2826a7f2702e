"""When a reminder of something due goes out."""

from datetime import datetime, timedelta

from common.workdays import WorkCalendar, local_date

_DAY = timedelta(days=1)


def reminder_at(calendar: WorkCalendar, zone: str, due_at: datetime, days: int, now: datetime) -> datetime | None:
    """Return the begin of work `days` working days before the due date.

    Where that has passed already: the next begin of work that is still before the due date; None if there is none.
    """
    planned = calendar.start_of_work(calendar.nth_working_day_before(local_date(due_at, zone), days), zone)
    if planned > now:
        return planned if planned < due_at else None
    late = calendar.start_of_work(calendar.next_working_day(local_date(now, zone)), zone)
    if late <= now:
        late = calendar.start_of_work(calendar.next_working_day(local_date(now, zone) + _DAY), zone)
    return late if late < due_at else None
