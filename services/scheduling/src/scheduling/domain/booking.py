"""The states of a booking, who may answer it, and what it is refused for."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from common.errors import AppError, IllegalTransition, Kind


class BookingState(StrEnum):
    """Proposed and confirmed both hold the two people's time."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    DECLINED = "declined"
    EXPIRED = "expired"
    MOVED = "moved"
    CANCELLED = "cancelled"
    MISSED = "missed"


class Attendee(StrEnum):
    """One of the two people."""

    EMPLOYEE = "employee"
    MANAGER = "manager"


class CancelReason(StrEnum):
    """Why a booking was cancelled."""

    BY_PERSON = "by_person"
    INTERVIEW_CANCELLED = "interview_cancelled"
    MANAGER_CHANGED = "manager_changed"
    PERSON_LEFT = "person_left"


class Unanswered(StrEnum):
    """What silence means, by the playbook."""

    CONFIRM = "confirm"
    EXPIRE = "expire"


LIVE = (BookingState.PROPOSED, BookingState.CONFIRMED)

_TRANSITIONS: dict[str, tuple[tuple[BookingState, ...], BookingState]] = {
    "accept": ((BookingState.PROPOSED,), BookingState.CONFIRMED),
    "decline": ((BookingState.PROPOSED,), BookingState.DECLINED),
    "expire": ((BookingState.PROPOSED,), BookingState.EXPIRED),
    "move": (LIVE, BookingState.MOVED),
    "cancel": (LIVE, BookingState.CANCELLED),
    "record_no_show": ((BookingState.CONFIRMED,), BookingState.MISSED),
    "complete": (LIVE, BookingState.COMPLETED),
}


@dataclass(frozen=True)
class Span:
    """A stretch of time, its end not included."""

    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of_minutes(cls, starts_at: datetime, minutes: int) -> "Span":
        """Return the span of so many minutes."""
        return cls(starts_at, starts_at + timedelta(minutes=minutes))

    def overlaps(self, other: "Span") -> bool:
        """Tell whether the two have a moment in common."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def next_state(state: str, action: str) -> BookingState:
    """Return the state after the action; raise IllegalTransition where the state does not allow it."""
    allowed, following = _TRANSITIONS[action]
    if state not in allowed:
        raise IllegalTransition(resource="booking", state=state, action=action)
    return following


def answerer(proposed_by: UUID | None, employee_id: UUID, manager_id: UUID | None) -> UUID | None:
    """Return who answers a proposed booking: the employee, or the manager where the employee proposed it."""
    return manager_id if proposed_by == employee_id else employee_id


def answer_due(nominal: datetime, starts_at: datetime) -> datetime:
    """Return when silence becomes an answer: never after the start."""
    return min(nominal, starts_at)


class SlotAlreadyTaken(AppError):
    """One of the two is booked then; the database's exclusion constraint has the last word."""

    kind = Kind.CONFLICT
    reason = "SLOT_ALREADY_TAKEN"
    en = "One of the two is already booked at that time; choose another slot."
    zh = "其中一方在该时段已有面谈预约，请选择其他时段。"


class AlreadyBooked(AppError):
    """The interview has a proposed or confirmed booking; it can be moved."""

    kind = Kind.CONFLICT
    reason = "ALREADY_BOOKED"
    en = "The interview already has a booking; move that one."
    zh = "该面谈已有预约，请改期而不是重新预约。"


class InterviewNotOpen(AppError):
    """Only an interview that has not begun is booked."""

    kind = Kind.PRECONDITION
    reason = "INTERVIEW_NOT_OPEN"
    en = "The interview is {state}; only an open one is booked."
    zh = "面谈当前状态为 {state}，只有未开始的面谈可以预约。"

    def __init__(self, *, state: str) -> None:
        super().__init__(state=state)


class NeedsManager(AppError):
    """The case has nobody to hold it yet."""

    kind = Kind.PRECONDITION
    reason = "NEEDS_MANAGER"
    en = "The interview has no manager yet; the HR partner assigns one first."
    zh = "该面谈暂无负责的经理，请先由 HRBP 指定。"


class DurationOutOfRange(AppError):
    """Shorter or longer than the playbook allows."""

    kind = Kind.PRECONDITION
    reason = "DURATION_OUT_OF_RANGE"
    en = "An interview takes {shortest} to {longest} minutes by the playbook."
    zh = "按面谈规范，面谈时长应为 {shortest} 至 {longest} 分钟。"

    def __init__(self, *, shortest: int, longest: int) -> None:
        super().__init__(shortest=shortest, longest=longest)


class NotStartedYet(AppError):
    """Nobody can have missed what has not begun."""

    kind = Kind.PRECONDITION
    reason = "NOT_STARTED_YET"
    en = "The booking begins later; a no-show is recorded after its start."
    zh = "面谈尚未到开始时间，缺席只能在开始之后登记。"


class NoticeTooShort(AppError):
    """The start is before the playbook's n-th working day after the proposal's day."""

    kind = Kind.PRECONDITION
    reason = "NOTICE_TOO_SHORT"
    en = "The playbook asks for {days} working days of notice: {earliest_on} at the earliest."
    zh = "按面谈规范需提前 {days} 个工作日通知，最早可约 {earliest_on}。"

    def __init__(self, *, days: int, earliest_on: date) -> None:
        super().__init__(days=days, earliest_on=earliest_on)


class OutsideWindow(AppError):
    """The start is not in the days in which the interview is to be held."""

    kind = Kind.PRECONDITION
    reason = "OUTSIDE_WINDOW"
    en = "The interview is to be held from {first_on} to {last_on}."
    zh = "该面谈应在 {first_on} 至 {last_on} 之间进行。"

    def __init__(self, *, first_on: date | None, last_on: date) -> None:
        super().__init__(first_on=first_on or "-", last_on=last_on)


class StartsInThePast(AppError):
    """Nothing is booked for a time that is over."""

    kind = Kind.PRECONDITION
    reason = "STARTS_IN_THE_PAST"
    en = "That start is over; choose a later one."
    zh = "该开始时间已过，请选择更晚的时间。"


class OutsideWorkingHours(AppError):
    """Not within one of the two people's working hours of a working day, in their own zone."""

    kind = Kind.PRECONDITION
    reason = "OUTSIDE_WORKING_HOURS"
    en = "That time is outside the working hours of the {attendee}."
    zh = "该时段不在{attendee_zh}的工作时间内。"


class BusinessPeak(AppError):
    """A unit of one of the two has its business peak then."""

    kind = Kind.PRECONDITION
    reason = "BUSINESS_PEAK"
    en = "That day is in a business peak of the {attendee}'s unit."
    zh = "该日处于{attendee_zh}所在部门的业务高峰期。"


class PersonBusy(AppError):
    """One of the two has another commitment then."""

    kind = Kind.PRECONDITION
    reason = "PERSON_BUSY"
    en = "The {attendee} has another commitment at that time."
    zh = "{attendee_zh}在该时段另有安排。"
