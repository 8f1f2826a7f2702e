"""An interview with its people, as booking looks at it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from common.errors import NotYetVisible
from common.policy import Case
from common.workdays import WorkCalendar, local_date
from sqlalchemy import select

from scheduling.domain.booking import Attendee, DurationOutOfRange, InterviewNotOpen, NeedsManager, Span
from scheduling.domain.slots import Attending, Frame
from scheduling.policy import case_of
from scheduling.storage.calendars import work_calendar
from scheduling.storage.commitments import booked_spans, busy_spans, peak_days
from scheduling.storage.copy_tables import InterviewRow, PersonRow
from scheduling.storage.people import Source, managers_above, person_of
from scheduling.storage.tables import BookingRow

_OPEN = "open"


@dataclass(frozen=True)
class Casefile:
    """One interview in a transaction or a reader, with the employee as the directory knows them."""

    source: Source
    interview: InterviewRow
    employee: PersonRow

    async def policy_case(self, booking: BookingRow | None = None) -> Case:
        """Return the facts that decide who may act."""
        return case_of(self.interview, await managers_above(self.source, self.employee.id), booking)

    def require_bookable(self) -> UUID:
        """Return the manager; raise InterviewNotOpen or NeedsManager."""
        if self.interview.state != _OPEN:
            raise InterviewNotOpen(state=self.interview.state)
        if self.interview.manager_id is None:
            raise NeedsManager
        return self.interview.manager_id

    def minutes(self, asked: int) -> int:
        """Return the duration, 0 standing for the playbook's usual one; raise DurationOutOfRange."""
        shortest, longest = self.interview.shortest_minutes, self.interview.longest_minutes
        minutes = asked or min(max(self.interview.usual_minutes, shortest), longest)
        if not shortest <= minutes <= longest:
            raise DurationOutOfRange(shortest=shortest, longest=longest)
        return minutes

    async def calendar(self) -> WorkCalendar:
        """Return the employee's calendar; raise NotYetVisible while there is none of that code."""
        return await calendar_of(self.source, self.employee)

    async def frame(self, now: datetime, within: Span, *, but: UUID | None = None) -> Frame:
        """Return what starts in the span are judged by; the time held by the booking `but` counts as free."""
        manager = await person_of(self.source, self.require_bookable())
        return Frame(
            now=now,
            notice_days=self.interview.notice_days,
            window_from=self.interview.window_from,
            hold_by=self.interview.hold_by,
            employee=await self._attending(Attendee.EMPLOYEE, self.employee, within, but),
            manager=await self._attending(Attendee.MANAGER, manager, within, but),
        )

    async def _attending(self, side: Attendee, person: PersonRow, within: Span, but: UUID | None) -> Attending:
        first = local_date(within.starts_at, person.time_zone)
        last = local_date(within.ends_at, person.time_zone)
        return Attending(
            side,
            await calendar_of(self.source, person),
            person.time_zone,
            await busy_spans(self.source, person.id, within),
            await booked_spans(self.source, person.id, within, but),
            await peak_days(self.source, person.unit_path, first, last),
        )


async def calendar_of(source: Source, person: PersonRow) -> WorkCalendar:
    """Return the person's calendar; raise NotYetVisible while there is none of that code."""
    calendar = await work_calendar(source, person.calendar_code)
    if calendar is None:
        raise NotYetVisible(resource="calendar", id=person.calendar_code)
    return calendar


async def open_case(source: Source, interview_id: UUID, *, lock: bool = False) -> Casefile:
    """Return the interview's file; raise NotYetVisible while interview or employee have not arrived.

    A command locks the interview first, so that all who book, move and end its bookings queue in one place.
    """
    statement = select(InterviewRow).where(InterviewRow.tenant_id == source.tenant_id, InterviewRow.id == interview_id)
    interview = await source.session.scalar(statement.with_for_update() if lock else statement)
    if interview is None:
        raise NotYetVisible(resource="interview", id=interview_id)
    return Casefile(source, interview, await person_of(source, interview.employee_id))


def day_span(first: datetime, last: datetime) -> Span:
    """Return the two moments with a day around them, so that every zone's local dates are inside."""
    return Span(first - timedelta(days=1), last + timedelta(days=1))
