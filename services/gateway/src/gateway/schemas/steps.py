"""Steps of the standard, by their words."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from gateway.schemas.model import Input, Output


class Step(StrEnum):
    """A step of the standard."""

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


class WaiverReason(StrEnum):
    """Why a step is not required in one case."""

    ABSENCE = "absence"
    URGENCY = "urgency"
    AGREED_BY_BOTH = "agreed_by_both"
    DATA_UNAVAILABLE = "data_unavailable"
    NOTICE_SHORTENED = "notice_shortened"
    OTHER = "other"


class Waiver(Input):
    """A waiver of one step in one case."""

    reason: WaiverReason
    note: Annotated[str, Field(min_length=1, max_length=2000, description="Kept sealed with the case.")]
    occurrence: Annotated[
        str, Field(max_length=64, description="Of a step that occurs more than once: a check-in's due date.")
    ] = ""


class WaivedStep(Output):
    """The step that is no longer required."""

    step_id: UUID
