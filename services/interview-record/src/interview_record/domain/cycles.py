"""The states of a cycle and its dates."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from common.errors import FieldViolation, IllegalTransition, Invalid


class CycleState(StrEnum):
    """Where a cycle stands."""

    DRAFT = "draft"
    LAUNCHED = "launched"
    CLOSED = "closed"
    CANCELLED = "cancelled"


_FROM = {
    "update": frozenset({CycleState.DRAFT}),
    "launch": frozenset({CycleState.DRAFT}),
    "close": frozenset({CycleState.LAUNCHED}),
    "cancel": frozenset({CycleState.DRAFT, CycleState.LAUNCHED}),
}


def check_cycle(state: str, action: str) -> None:
    """Raise IllegalTransition unless the cycle's state allows the action."""
    if CycleState(state) not in _FROM[action]:
        raise IllegalTransition(resource="cycle", state=state, action=action)


@dataclass(frozen=True)
class CycleDates:
    """The period talked about and the window in which it is; both include their last day."""

    period_from: date
    period_until: date
    window_from: date
    window_until: date

    def check(self) -> None:
        """Raise Invalid where a stretch ends before it begins, or the window before the period has begun."""
        wrong = []
        if self.period_until < self.period_from:
            wrong.append(_ends_early("period_until"))
        if self.window_until < self.window_from:
            wrong.append(_ends_early("window_until"))
        if wrong:
            raise Invalid(fields=wrong)


def window_too_short(earliest: date) -> Invalid:
    """Return the refusal of a window in which no interview could be announced in time."""
    return Invalid.field(
        "window_until",
        "WINDOW_TOO_SHORT",
        en=f"No working day of the window keeps the playbook's notice; the first possible day is {earliest}.",
        zh=f"窗口内没有满足提前通知要求的工作日，最早可用日期为 {earliest}。",
    )


def _ends_early(field: str) -> FieldViolation:
    return FieldViolation(field, "ENDS_BEFORE_IT_BEGINS", "It ends before it begins.", "结束日期早于开始日期。")
