"""The session's segments on the clock: one runs at a time, each runs once, the end ends the last."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from common.errors import AppError, Kind


@dataclass(frozen=True)
class SegmentTime:
    """A segment with its real times; without a start it has not been reached."""

    segment: str
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def running(self) -> bool:
        """Tell whether the segment has started and not ended."""
        return self.started_at is not None and self.ended_at is None


class NotInSession(AppError):
    """The session has not started, or has ended."""

    kind = Kind.PRECONDITION
    reason = "NOT_IN_SESSION"
    en = "This interview is not in session now: {state}."
    zh = "该面谈当前不在进行中：{state}。"

    def __init__(self, *, state: str) -> None:
        super().__init__(state=state)


class SegmentUnknown(AppError):
    """The playbook of this interview has no such segment."""

    kind = Kind.INVALID
    reason = "SEGMENT_UNKNOWN"
    en = "The agenda of this interview has no segment {segment}."
    zh = "该面谈的议程中没有环节 {segment}。"

    def __init__(self, *, segment: str) -> None:
        super().__init__(segment=segment)


class SegmentAlreadyHeld(AppError):
    """A segment runs once; its notes stay open instead."""

    kind = Kind.PRECONDITION
    reason = "SEGMENT_ALREADY_HELD"
    en = "The segment {segment} has already been started."
    zh = "环节 {segment} 已经开始过。"

    def __init__(self, *, segment: str) -> None:
        super().__init__(segment=segment)


def enter(segments: Sequence[SegmentTime], segment: str, now: datetime) -> tuple[SegmentTime, ...]:
    """Return the segments with this one running and the one before it ended; segments may be left out."""
    chosen = next((each for each in segments if each.segment == segment), None)
    if chosen is None:
        raise SegmentUnknown(segment=segment)
    if chosen.started_at is not None:
        raise SegmentAlreadyHeld(segment=segment)
    stopped = end_running(segments, now)
    return tuple(replace(each, started_at=now) if each.segment == segment else each for each in stopped)


def end_running(segments: Sequence[SegmentTime], now: datetime) -> tuple[SegmentTime, ...]:
    """Return the segments with the running one ended."""
    return tuple(replace(each, ended_at=now) if each.running else each for each in segments)
