"""The segments of an interview."""

from enum import StrEnum


class Segment(StrEnum):
    """A part of the talk."""

    ICEBREAKER = "icebreaker"
    REVIEW = "review"
    CONSENSUS = "consensus"
    CONFIRMATION = "confirmation"
