"""Looking for a slot."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from common.database import Database
from common.errors import Invalid
from common.identity import Identity
from common.workdays import local_date

from scheduling.casefile import day_span, open_case
from scheduling.domain.booking import Span
from scheduling.domain.slots import Refusal
from scheduling.policy import POLICY
from scheduling.storage.commitments import live_booking

MOST_DAYS = 31
USUAL_WORKING_DAYS = 10


@dataclass(frozen=True)
class SlotSearch:
    """What is asked for: local days of the employee, both included; 0 minutes is the playbook's usual length."""

    interview_id: UUID
    first: date | None
    last: date | None
    minutes: int
    free_only: bool


@dataclass(frozen=True)
class Slots:
    """What was found: every start with what stands against it, and the days that frame them."""

    slots: list[tuple[Span, list[Refusal]]]
    minutes: int
    earliest_on: date
    latest_on: date
    time_zone: str


async def find_slots(database: Database, identity: Identity, search: SlotSearch) -> Slots:
    """Return the starts in the days; raise NotYetVisible, NeedsManager, InterviewNotOpen or CalendarOutOfRange."""
    now = database.clock.now(identity.tenant_id)
    async with database.read(identity) as reader:
        case = await open_case(reader, search.interview_id)
        POLICY.require(identity, "booking.find_slots", await case.policy_case(), id=search.interview_id)
        case.require_bookable()
        minutes, zone = case.minutes(search.minutes), case.employee.time_zone
        first = search.first or local_date(now, zone)
        last = search.last or (await case.calendar()).add_working_days(first, USUAL_WORKING_DAYS)
        _require_range(first, last)
        held = await live_booking(reader, search.interview_id)
        # A booking of the interview itself does not stand in the way: it would be moved.
        frame = await case.frame(now, day_span(_midnight(first), _midnight(last)), but=held.id if held else None)
        judged = [(span, frame.refusals(span)) for span in frame.starts(first, last, minutes)]
    slots = [each for each in judged if not (search.free_only and each[1])]
    return Slots(slots, minutes, frame.earliest_on, frame.hold_by, zone)


def _require_range(first: date, last: date) -> None:
    if not 0 <= (last - first).days < MOST_DAYS:
        raise Invalid.field(
            "until_on",
            "RANGE_INVALID",
            en="At most 31 days, the last not before the first.",
            zh="最多 31 天，且结束日期不早于开始日期。",
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC) + timedelta(hours=12)
