"""The words of the process's steps, how one may stand, and the id under which each is known everywhere."""

from enum import StrEnum
from uuid import UUID

from common.ids import stable_id


class Step(StrEnum):
    """One row kind of the compliance ledger; the value is the word used in events and tables."""

    DATA_READY = "data_ready"
    GOAL_SET = "goal_set"
    BOOKED = "booked"
    SHARED = "shared"
    SELF_ANALYSIS = "self_analysis"
    HELD = "held"
    AGREED = "agreed"
    SIGNED = "signed"
    ARCHIVED = "archived"
    CHECKED_IN = "checked_in"
    REVIEWED = "reviewed"
    EVALUATED = "evaluated"
    TAKEN_OVER = "taken_over"

    @property
    def number(self) -> int | None:
        """Return the step's number in the process, 1 to 12; a takeover has none."""
        return None if self is Step.TAKEN_OVER else list(Step).index(self) + 1


class StepState(StrEnum):
    """How a row stands; `late` is a property of a done row, overdue of an open one."""

    OPEN = "open"
    DONE = "done"
    MISSED = "missed"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"


class WaiverReason(StrEnum):
    """Why a step is not required in one case."""

    ABSENCE = "absence"
    URGENCY = "urgency"
    AGREED_BY_BOTH = "agreed_by_both"
    DATA_UNAVAILABLE = "data_unavailable"
    NOTICE_SHORTENED = "notice_shortened"
    OTHER = "other"


def step_id(interview_id: UUID, step: Step | str, occurrence: str | int = "") -> UUID:
    """Return the id of one occurrence: the same in every service and on every redelivery.

    `occurrence` tells rows of one step apart: a check-in's period number, `employee` or `manager`
    for an evaluation, nothing where a step occurs once.
    """
    return stable_id("step", interview_id, Step(step).value, occurrence)
