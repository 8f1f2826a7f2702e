"""The states of an interview and what may be done in each; the one place that decides it."""

from datetime import date, datetime
from enum import StrEnum

from common.errors import AppError, IllegalTransition, Kind


class State(StrEnum):
    """Where a case stands; goal, briefing, booking and the session's end are facts beside it."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    CONCLUDED = "concluded"
    ARCHIVED = "archived"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Conclusion(StrEnum):
    """What became of the plan's first revision."""

    SIGNED = "signed"
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"


class CancelReason(StrEnum):
    """Why a case ended without a plan."""

    PERSON_LEFT = "person_left"
    OPENED_BY_MISTAKE = "opened_by_mistake"
    SHORTFALL_GONE = "shortfall_gone"
    CYCLE_CANCELLED = "cycle_cancelled"
    OTHER = "other"


UNFINISHED = frozenset({State.OPEN, State.IN_PROGRESS})
FINISHED = frozenset({State.CLOSED, State.CANCELLED})

_ALLOWED: dict[str, frozenset[State]] = {
    "confirm_data": frozenset({State.OPEN}),
    "set_core_goal": UNFINISHED,
    "share_briefing": UNFINISHED,
    "write_self_analysis": UNFINISHED,
    "open_dispute": UNFINISHED,
    "decide_dispute": frozenset(State) - {State.CANCELLED},
    "start_session": frozenset({State.OPEN}),
    "write_minutes": frozenset({State.IN_PROGRESS}),
    "evaluate": frozenset(State) - {State.OPEN, State.CANCELLED},
    "waive_step": frozenset(State) - FINISHED,
    "cancel": UNFINISHED,
    "conclude": UNFINISHED,
    "archive": frozenset({State.CONCLUDED}),
    "close": frozenset({State.ARCHIVED}),
    "reassign": frozenset(State) - FINISHED,
}
_BEFORE_THE_END = frozenset({"set_core_goal", "write_self_analysis"})


class NeedsManager(AppError):
    """The case has no manager now; the HRBP holds it until the directory names one."""

    kind = Kind.PRECONDITION
    reason = "NEEDS_MANAGER"
    en = "This interview has no manager at present; HR must see that one is named first."
    zh = "该面谈目前没有负责的管理者，请先由 HR 确定管理者。"


class HasOpenInterview(AppError):
    """One case at a time per employee."""

    kind = Kind.CONFLICT
    reason = "HAS_OPEN_INTERVIEW"
    en = "This employee already has an interview that is under way: {interview_id}."
    zh = "该员工已有进行中的面谈：{interview_id}。"

    def __init__(self, *, interview_id: object) -> None:
        super().__init__(interview_id=interview_id)


class PersonInactive(AppError):
    """Interviews are opened for active people only."""

    kind = Kind.PRECONDITION
    reason = "PERSON_INACTIVE"
    en = "Interviews can be opened for active employees only."
    zh = "只能为在职员工开启面谈。"


class HoldByTooEarly(AppError):
    """No working day up to the hold-by date keeps the playbook's notice."""

    kind = Kind.INVALID
    reason = "HOLD_BY_TOO_EARLY"
    en = "No working day up to {hold_by} keeps the notice; the earliest possible date is {earliest}."
    zh = "{hold_by} 之前没有满足提前通知期的工作日，最早可约日期为 {earliest}。"

    def __init__(self, *, hold_by: date, earliest: date) -> None:
        super().__init__(hold_by=hold_by, earliest=earliest)


def check(action: str, state: str, session_ended_at: datetime | None = None) -> None:
    """Raise IllegalTransition, which names the state, unless the action is allowed now."""
    if State(state) not in _ALLOWED[action]:
        raise IllegalTransition(resource="interview", state=state, action=action)
    if action in _BEFORE_THE_END and session_ended_at is not None:
        raise IllegalTransition(resource="interview", state="session_ended", action=action)
