from hypothesis import given
from hypothesis import strategies as st
from metrics.domain.disclosure import FLOOR, Score, differs_by_too_few, shown_groups
from metrics.domain.filters import Filter, GroupBy

sizes = st.lists(st.integers(0, 30), max_size=8)


def scores(counts: list[int]) -> list[Score]:
    return [Score(str(index), 0, count) for index, count in enumerate(counts)]


@given(sizes)
def test_what_is_hidden_does_not_follow_from_what_is_shown(counts: list[int]) -> None:
    shown = shown_groups(sum(counts), scores(counts))
    assert all(group.given >= FLOOR for group in shown)
    assert not shown or not differs_by_too_few(sum(counts) - sum(group.given for group in shown))


@given(st.lists(st.integers(FLOOR, 30), max_size=8))
def test_groups_that_are_all_large_enough_are_all_shown(counts: list[int]) -> None:
    assert shown_groups(sum(counts), scores(counts)) == scores(counts)


def test_a_small_group_hides_the_smallest_of_the_others_too() -> None:
    shown = shown_groups(21, scores([12, 6, 3]))
    assert [group.given for group in shown] == [12]


def test_a_group_of_a_filter_is_a_filter_itself() -> None:
    wanted = Filter(under_unit_id="a", level="L2")
    assert wanted.narrowed(GroupBy.UNIT, "b") == Filter(under_unit_id="b", level="L2")
    assert wanted.narrowed(GroupBy.UNIT, "a") == Filter(under_unit_id="a", unit_id="a", level="L2")
    assert wanted.narrowed(GroupBy.MONTH, "2026-10").until_month == "2026-10"
    assert Filter(**wanted.narrowed(GroupBy.MANAGER, "").stored()) == wanted.narrowed(GroupBy.MANAGER, "")
