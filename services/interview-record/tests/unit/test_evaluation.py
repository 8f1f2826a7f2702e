import pytest
from hypothesis import given
from hypothesis import strategies as st
from interview_record.domain.evaluation import Scores, TooFew, summarise

scores = st.tuples(*[st.integers(1, 5)] * 5).map(Scores)


def test_the_content_mean_leaves_the_others_preparation_out() -> None:
    given_by_one = Scores((5, 4, 4, 5, 1))

    assert given_by_one.content_mean == 4.5
    assert given_by_one.preparation == 1


@given(st.lists(scores, max_size=4))
def test_fewer_than_the_floor_show_nothing(given_by_few: list[Scores]) -> None:
    with pytest.raises(TooFew):
        summarise(given_by_few, 5, rest=0)


@given(st.lists(scores, min_size=5, max_size=40), scores)
def test_one_more_evaluation_never_shows_by_itself(given_so_far: list[Scores], next_one: Scores) -> None:
    before = summarise(given_so_far, 5, rest=0)
    after = summarise([*given_so_far, next_one], 5, rest=0)

    assert after == before or after.count - before.count == 5


@pytest.mark.parametrize("rest", [1, 4])
def test_a_group_that_leaves_fewer_than_the_floor_of_a_wider_one_is_not_shown(rest: int) -> None:
    with pytest.raises(TooFew):
        summarise([Scores((4,) * 5)] * 5, 5, rest=rest)


def test_means_are_shown_over_whole_batches() -> None:
    shown = summarise([Scores((4, 4, 4, 4, 2))] * 5 + [Scores((1,) * 5)], 5, rest=5)

    assert shown.count == 5
    assert shown.means == (4, 4, 4, 4, 2)
