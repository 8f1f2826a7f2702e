"""Where a KPI is short: against its target, against the team's mean, against the person's own last periods."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from itertools import pairwise
from typing import Any
from uuid import UUID

import polars as pl

# Sums of decimals in binary are off in the 12th digit or so; "5 % or more" must not hang on that.
_DIGITS = 9
# What a sum shows is rounded after it was decided on.
_SHOWN_VALUE, _SHOWN_PERCENT = 4, 2


class Test(StrEnum):
    """What a result is held against."""

    __test__ = False

    BELOW_TARGET = "below_target"
    BELOW_TEAM_MEAN = "below_team_mean"
    FALLING = "falling"


class Confidence(StrEnum):
    """High where two tests agree."""

    LOW = "low"
    HIGH = "high"


class TeamBasis(StrEnum):
    """Whom a person is compared with; the last two are reasons for no comparison."""

    SAME_MANAGER = "same_manager"
    SAME_FAMILY_AND_LEVEL = "same_family_and_level"
    TOO_FEW = "too_few"
    LEVEL_UNKNOWN = "level_unknown"


@dataclass(frozen=True)
class Thresholds:
    """A playbook's numbers: percentages, standard deviations, periods, people."""

    below_target_percent: float
    below_mean_percent: float
    below_mean_deviations: float
    falling_periods: int
    smallest_team: int


@dataclass(frozen=True)
class Observation:
    """An active person's result in the metric and period at hand; `earlier` runs back in time, None for a gap."""

    person_id: UUID
    manager_id: UUID | None
    unit_id: UUID
    job_family: str
    level: str
    actual: float
    target: float | None
    lower_is_better: bool
    thresholds: Thresholds
    earlier: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Sum:
    """How the tests came out; percentages are positive where worse, None where a test could not be made.

    A percentage of zero does not exist: against a target or mean of 0 the test is met by any worse value.
    """

    actual: float
    target: float | None
    lower_is_better: bool
    below_target_percent: float | None
    team_basis: str
    team_size: int
    team_mean: float | None
    team_deviation: float | None
    below_mean_percent: float | None
    trend: tuple[float, ...]
    thresholds: Thresholds

    def stored(self) -> dict[str, Any]:
        """Return the sum as JSON holds it."""
        return {**asdict(self), "trend": list(self.trend)}

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Sum":
        """Return the sum that `stored` gave."""
        values = {each.name: stored[each.name] for each in fields(cls)}
        return cls(**{**values, "trend": tuple(stored["trend"]), "thresholds": Thresholds(**stored["thresholds"])})


@dataclass(frozen=True)
class Assessment:
    """One result after all tests; a shortfall if any of them is met. `size_percent` is the first met test's."""

    person_id: UUID
    met_tests: tuple[Test, ...]
    size_percent: float
    sum: Sum

    @property
    def is_shortfall(self) -> bool:
        """Tell whether any test is met."""
        return bool(self.met_tests)

    @property
    def confidence(self) -> Confidence:
        """Return high where two tests agree, else low."""
        return Confidence.HIGH if len(self.met_tests) >= 2 else Confidence.LOW


def assess(observations: Sequence[Observation]) -> list[Assessment]:
    """Hold every result of one metric and period against target, team and past; in the order given.

    The team is everyone given with the same manager, self included; with fewer than the playbook's smallest
    team, everyone of the same unit, job family and level. The deviation is the population's.
    """
    if not observations:
        return []
    frame = _frame(observations)
    tested = _trend(_against_team(_against_target(frame)), _longest(observations))
    return [_assessment(row, each) for row, each in zip(tested.iter_rows(named=True), observations, strict=True)]


def _frame(observations: Sequence[Observation]) -> pl.DataFrame:
    columns: dict[str, list[Any]] = {
        "manager": [str(each.manager_id) if each.manager_id else None for each in observations],
        "unit": [str(each.unit_id) for each in observations],
        "family": [each.job_family for each in observations],
        "level": [each.level or None for each in observations],
        "actual": [each.actual for each in observations],
        "target": [each.target for each in observations],
        "sign": [-1.0 if each.lower_is_better else 1.0 for each in observations],
    }
    for name in (each.name for each in fields(Thresholds)):
        columns[name] = [float(getattr(each.thresholds, name)) for each in observations]
    for back in range(_longest(observations)):
        columns[f"earlier_{back}"] = [each.earlier[back] if back < len(each.earlier) else None for each in observations]
    numbers = {name: pl.Float64 for name in columns if name not in ("manager", "unit", "family", "level")}
    texts = dict.fromkeys(("manager", "unit", "family", "level"), pl.String)
    return pl.DataFrame(columns, schema={name: texts.get(name) or numbers[name] for name in columns})


def _longest(observations: Sequence[Observation]) -> int:
    return max(each.thresholds.falling_periods for each in observations)


def _worse_by(reference: str) -> pl.Expr:
    return ((pl.col(reference) - pl.col("actual")) * pl.col("sign")).round(_DIGITS)


def _percent_of(reference: str) -> pl.Expr:
    percent = (_worse_by(reference) / pl.col(reference).abs() * 100).round(_DIGITS)
    return pl.when(pl.col(reference) != 0).then(percent)


def _at_least(percent: str, worse: str, threshold: str) -> pl.Expr:
    enough = pl.col(percent).is_null() | (pl.col(percent) >= pl.col(threshold))
    return ((pl.col(worse) > 0) & enough).fill_null(value=False)


def _against_target(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(target_gap=_worse_by("target"), below_target=_percent_of("target")).with_columns(
        met_target=_at_least("below_target", "target_gap", "below_target_percent")
    )


def _against_team(frame: pl.DataFrame) -> pl.DataFrame:
    peers = ["unit", "family", "level"]
    sizes = [pl.len().over("manager").alias("manager_size"), pl.len().over(peers).alias("peer_size")]
    means = [pl.mean("actual").over("manager").alias("manager_mean"), pl.mean("actual").over(peers).alias("peer_mean")]
    spreads = [
        pl.std("actual", ddof=0).over("manager").alias("manager_deviation"),
        pl.std("actual", ddof=0).over(peers).alias("peer_deviation"),
    ]
    frame = frame.with_columns(*sizes, *means, *spreads)
    by_manager = pl.col("manager").is_not_null() & (pl.col("manager_size") >= pl.col("smallest_team"))
    by_peers = pl.col("level").is_not_null() & (pl.col("peer_size") >= pl.col("smallest_team"))

    def of(manager: str, peer: str) -> pl.Expr:
        return pl.when(by_manager).then(pl.col(manager)).when(by_peers).then(pl.col(peer))

    none = pl.when(pl.col("level").is_null()).then(pl.lit(TeamBasis.LEVEL_UNKNOWN)).otherwise(pl.lit(TeamBasis.TOO_FEW))
    basis = pl.when(by_manager).then(pl.lit(TeamBasis.SAME_MANAGER))
    small = pl.when(pl.col("level").is_not_null()).then(pl.col("peer_size")).when(pl.col("manager").is_not_null())
    frame = frame.with_columns(
        basis=basis.when(by_peers).then(pl.lit(TeamBasis.SAME_FAMILY_AND_LEVEL)).otherwise(none),
        size=pl.coalesce(of("manager_size", "peer_size"), small.then(pl.col("manager_size")).otherwise(1)),
        mean=of("manager_mean", "peer_mean"),
        deviation=of("manager_deviation", "peer_deviation"),
    ).with_columns(mean_gap=_worse_by("mean"), below_mean=_percent_of("mean"))
    spread = (pl.col("deviation") * pl.col("below_mean_deviations")).round(_DIGITS)
    return frame.with_columns(
        met_mean=_at_least("below_mean", "mean_gap", "below_mean_percent")
        & (pl.col("mean_gap") >= spread).fill_null(value=False)
    )


def _trend(frame: pl.DataFrame, longest: int) -> pl.DataFrame:
    """Count the steps, from the last one back, that each went the wrong way."""
    series = ["actual", *(f"earlier_{back}" for back in range(longest))]
    going, run = pl.lit(value=True), pl.lit(0)
    for later, before in pairwise(series):
        worse = ((pl.col(before) - pl.col(later)) * pl.col("sign")).round(_DIGITS) > 0
        going = going & worse.fill_null(value=False)
        run = run + going.cast(pl.Int32)
    return frame.with_columns(met_falling=run >= pl.col("falling_periods"))


def _assessment(row: dict[str, Any], observation: Observation) -> Assessment:
    trend = _known_trend(observation)
    met = [
        test
        for test, column in (
            (Test.BELOW_TARGET, "met_target"),
            (Test.BELOW_TEAM_MEAN, "met_mean"),
            (Test.FALLING, "met_falling"),
        )
        if row[column]
    ]
    found = Sum(
        actual=observation.actual,
        target=observation.target,
        lower_is_better=observation.lower_is_better,
        below_target_percent=_shown(row["below_target"], _SHOWN_PERCENT),
        team_basis=row["basis"],
        team_size=int(row["size"]),
        team_mean=_shown(row["mean"], _SHOWN_VALUE),
        team_deviation=_shown(row["deviation"], _SHOWN_VALUE),
        below_mean_percent=_shown(row["below_mean"], _SHOWN_PERCENT),
        trend=trend,
        thresholds=observation.thresholds,
    )
    return Assessment(observation.person_id, tuple(met), _size(met, found), found)


def _shown(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _known_trend(observation: Observation) -> tuple[float, ...]:
    """Return the values without a gap up to now, oldest first, no further back than the test looks."""
    back: list[float] = []
    for value in observation.earlier[: observation.thresholds.falling_periods]:
        if value is None:
            break
        back.append(value)
    return (*reversed(back), observation.actual)


def _size(met: Sequence[Test], found: Sum) -> float:
    if not met:
        return 0.0
    if met[0] is Test.BELOW_TARGET:
        percent = found.below_target_percent
    elif met[0] is Test.BELOW_TEAM_MEAN:
        percent = found.below_mean_percent
    else:
        first = found.trend[0]
        percent = _shown(abs(first - found.actual) / abs(first) * 100, _SHOWN_PERCENT) if first else None
    # All of it, where the reference is zero and there is no percentage.
    return 100.0 if percent is None else percent
