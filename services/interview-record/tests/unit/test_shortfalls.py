"""The rules of domain.md, step 1: each test at its edge, and what makes a comparison impossible."""

from dataclasses import replace
from itertools import pairwise
from uuid import UUID

import pytest
from common.ids import new_id
from hypothesis import given
from hypothesis import strategies as st
from interview_record.domain.shortfalls import (
    Assessment,
    Confidence,
    Observation,
    Sum,
    TeamBasis,
    Test,
    Thresholds,
    assess,
)

DEFAULTS = Thresholds(5, 10, 1, 3, 5)
UNIT, MANAGER = new_id(), new_id()


def seen(
    actual: float,
    *,
    target: float | None = None,
    manager: UUID | None = MANAGER,
    level: str = "P3",
    lower_is_better: bool = False,
    earlier: tuple[float | None, ...] = (),
    thresholds: Thresholds = DEFAULTS,
    family: str = "sales",
    unit: UUID = UNIT,
) -> Observation:
    return Observation(new_id(), manager, unit, family, level, actual, target, lower_is_better, thresholds, earlier)


def alone(observation: Observation) -> Assessment:
    return assess([observation])[0]


def first_of(*observations: Observation) -> Assessment:
    return assess(observations)[0]


def test_five_percent_below_the_target_is_short_and_a_little_less_is_not() -> None:
    assert alone(seen(95, target=100)).met_tests == (Test.BELOW_TARGET,)
    assert not alone(seen(95.01, target=100)).is_shortfall


@pytest.mark.parametrize(("actual", "target"), [(0.285, 0.3), (1.14, 1.2), (66.5, 70), (0.0019, 0.002)])
def test_exactly_five_percent_counts_whatever_binary_makes_of_the_decimals(actual: float, target: float) -> None:
    found = alone(seen(actual, target=target))

    assert found.met_tests == (Test.BELOW_TARGET,)
    assert found.size_percent == pytest.approx(5)


def test_above_the_target_is_short_where_lower_is_better() -> None:
    assert alone(seen(105, target=100, lower_is_better=True)).met_tests == (Test.BELOW_TARGET,)
    assert not alone(seen(95, target=100, lower_is_better=True)).is_shortfall


def test_a_target_of_zero_is_missed_by_any_worse_value_and_has_no_percentage() -> None:
    found = alone(seen(1, target=0, lower_is_better=True))

    assert found.met_tests == (Test.BELOW_TARGET,)
    assert found.sum.below_target_percent is None
    assert found.size_percent == 100
    assert not alone(seen(0, target=0, lower_is_better=True)).is_shortfall


def test_below_a_negative_target_is_short() -> None:
    assert alone(seen(-12, target=-10)).sum.below_target_percent == pytest.approx(20)


def test_without_a_target_nothing_is_held_against_it() -> None:
    found = alone(seen(1))

    assert not found.is_shortfall
    assert found.sum.below_target_percent is None


def test_ten_percent_and_one_deviation_below_the_teams_mean_is_short_and_shows_its_sum() -> None:
    found = first_of(seen(60), *(seen(85) for _ in range(4)))

    assert found.met_tests == (Test.BELOW_TEAM_MEAN,)
    assert (found.sum.team_size, found.sum.team_mean, found.sum.team_deviation) == (5, 80, 10)
    assert found.sum.below_mean_percent == pytest.approx(25)
    assert found.sum.team_basis == TeamBasis.SAME_MANAGER


def test_ten_percent_below_the_mean_is_not_short_inside_one_deviation() -> None:
    # mean 80, deviation about 18.5: 69 is 13.75 % below and still inside it
    found = first_of(seen(69), seen(50), seen(100), seen(100), seen(81))

    assert found.sum.below_mean_percent == pytest.approx(13.75)
    assert not found.is_shortfall


def test_one_deviation_below_the_mean_is_not_short_under_ten_percent() -> None:
    found = first_of(seen(91), *(seen(101) for _ in range(4)))

    assert found.sum.team_deviation == pytest.approx(4)
    assert found.sum.below_mean_percent < 10
    assert not found.is_shortfall


def test_exactly_ten_percent_and_exactly_one_deviation_count() -> None:
    # 90, 90, 90, 110, 110, 110: mean 100, deviation 10
    found = first_of(*(seen(90) for _ in range(3)), *(seen(110) for _ in range(3)))

    assert found.met_tests == (Test.BELOW_TEAM_MEAN,)


def test_a_team_of_equals_has_nobody_below_its_mean() -> None:
    assert not any(each.is_shortfall for each in assess([seen(80) for _ in range(6)]))


def test_above_the_mean_is_short_where_lower_is_better() -> None:
    found = first_of(seen(20, lower_is_better=True), *(seen(5, lower_is_better=True) for _ in range(4)))

    assert found.met_tests == (Test.BELOW_TEAM_MEAN,)


def test_a_team_of_four_falls_back_to_family_and_level_in_the_unit() -> None:
    own = [seen(60), *(seen(85) for _ in range(3))]
    found = first_of(*own, seen(85, manager=new_id()))

    assert found.sum.team_basis == TeamBasis.SAME_FAMILY_AND_LEVEL
    assert found.sum.team_size == 5
    assert found.met_tests == (Test.BELOW_TEAM_MEAN,)


@pytest.mark.parametrize("other", [{"level": "P4"}, {"family": "technical"}, {"unit": new_id()}])
def test_another_level_family_or_unit_is_no_peer(other: dict[str, object]) -> None:
    own = [seen(60), *(seen(85) for _ in range(3))]
    found = first_of(*own, replace(seen(85, manager=new_id()), **_renamed(other)))

    assert found.sum.team_basis == TeamBasis.TOO_FEW
    assert found.sum.team_mean is None
    assert not found.is_shortfall


def _renamed(change: dict[str, object]) -> dict[str, object]:
    names = {"family": "job_family", "unit": "unit_id"}
    return {names.get(name, name): value for name, value in change.items()}


def test_an_unknown_level_in_a_small_team_is_not_compared_and_says_so() -> None:
    found = first_of(*(seen(60 + 5 * each, level="") for each in range(4)))

    assert found.sum.team_basis == TeamBasis.LEVEL_UNKNOWN
    assert found.sum.team_size == 4


def test_an_unknown_level_does_not_matter_in_a_team_of_five() -> None:
    assert first_of(seen(60, level=""), *(seen(85, level="") for _ in range(4))).sum.team_basis == "same_manager"


def test_people_without_a_manager_are_no_team_of_each_other() -> None:
    found = first_of(*(seen(60 + each, manager=None, level=f"P{each}") for each in range(6)))

    assert found.sum.team_basis == TeamBasis.TOO_FEW


def test_worse_in_each_of_the_last_three_periods_is_falling() -> None:
    found = alone(seen(70, earlier=(80, 90, 100)))

    assert found.met_tests == (Test.FALLING,)
    assert found.sum.trend == (100, 90, 80, 70)
    assert found.size_percent == pytest.approx(30)


@pytest.mark.parametrize("earlier", [(80, 90), (80, 80, 100), (80, None, 100), (60, 90, 100)])
def test_two_worse_periods_a_pause_a_gap_or_a_recovery_is_not_falling(earlier: tuple[float | None, ...]) -> None:
    assert not alone(seen(70, earlier=earlier)).is_shortfall


def test_rising_is_falling_where_lower_is_better() -> None:
    assert alone(seen(4, lower_is_better=True, earlier=(3, 2, 1))).met_tests == (Test.FALLING,)


def test_two_tests_that_agree_give_high_confidence() -> None:
    assert alone(seen(70, target=100)).confidence is Confidence.LOW
    both = alone(seen(70, target=100, earlier=(80, 90, 100)))
    assert both.met_tests == (Test.BELOW_TARGET, Test.FALLING)
    assert both.confidence is Confidence.HIGH


def test_every_number_is_the_playbooks() -> None:
    strict = Thresholds(1, 1, 0, 2, 2)

    assert alone(seen(99, target=100, thresholds=strict)).is_shortfall
    assert first_of(seen(98, thresholds=strict), seen(100, thresholds=strict)).met_tests == (Test.BELOW_TEAM_MEAN,)
    assert alone(seen(70, earlier=(80, 90), thresholds=strict)).met_tests == (Test.FALLING,)


def test_people_under_different_playbooks_are_one_team_with_their_own_numbers() -> None:
    lenient = Thresholds(50, 50, 1, 3, 5)
    mixed = assess([seen(60), seen(60, thresholds=lenient), *(seen(100) for _ in range(6))])

    assert mixed[0].is_shortfall
    assert not mixed[1].is_shortfall


def test_a_stored_sum_reads_back_as_it_was() -> None:
    found = alone(seen(70, target=100, earlier=(80, 90, 100)))

    assert Sum.read(found.sum.stored()) == found.sum


values = st.floats(min_value=0, max_value=1000, allow_nan=False).map(lambda value: round(value, 2))


@given(st.lists(values, min_size=1, max_size=12), st.booleans())
def test_turning_the_sign_and_the_direction_around_finds_the_same_people(team: list[float], lower: bool) -> None:
    straight = assess([seen(each, target=100, lower_is_better=lower) for each in team])
    mirrored = assess([seen(-each, target=-100, lower_is_better=not lower) for each in team])

    assert [each.met_tests for each in straight] == [each.met_tests for each in mirrored]


@given(st.lists(values, min_size=5, max_size=12))
def test_who_is_short_against_the_team_is_never_better_than_who_is_not(team: list[float]) -> None:
    ranked = sorted(zip(team, assess([seen(each) for each in team]), strict=True), key=lambda pair: pair[0])

    assert all(before[1].is_shortfall or not after[1].is_shortfall for before, after in pairwise(ranked))
