from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interview_record.domain.session import SegmentAlreadyHeld, SegmentTime, SegmentUnknown, end_running, enter

START = datetime(2026, 10, 12, 6, tzinfo=UTC)
WORDS = ("icebreaker", "review", "consensus", "confirmation")
AGENDA = tuple(SegmentTime(each) for each in WORDS)


def test_entering_a_segment_ends_the_one_before() -> None:
    first = enter(AGENDA, "icebreaker", START)
    second = enter(first, "review", START + timedelta(minutes=5))

    assert second[0] == SegmentTime("icebreaker", START, START + timedelta(minutes=5))
    assert second[1].running


def test_a_segment_may_be_left_out_but_not_held_twice() -> None:
    jumped = enter(enter(AGENDA, "icebreaker", START), "consensus", START)

    assert jumped[1].started_at is None
    with pytest.raises(SegmentAlreadyHeld):
        enter(jumped, "icebreaker", START)


def test_a_segment_that_the_playbook_does_not_have_is_refused() -> None:
    with pytest.raises(SegmentUnknown):
        enter(AGENDA, "dessert", START)


@given(st.permutations(WORDS), st.integers(1, 4))
def test_at_most_one_segment_runs_and_none_after_the_end(order: list[str], count: int) -> None:
    segments = AGENDA
    for minute, word in enumerate(order[:count]):
        segments = enter(segments, word, START + timedelta(minutes=minute))
        assert [each.segment for each in segments if each.running] == [word]

    ended = end_running(segments, START + timedelta(hours=1))

    assert not any(each.running for each in ended)
    assert sum(each.ended_at is not None for each in ended) == count
