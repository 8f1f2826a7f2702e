"""How far a goal is, from its baseline, and a metric before and after side by side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from plan_tracking.domain.content import Goal, decimal_text


class ProgressState(StrEnum):
    """How a goal or a measure goes, in the words of whoever reports it."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    DONE = "done"


@dataclass(frozen=True)
class KpiValue:
    """One KPI result of the employee; period days are included on both ends."""

    kpi_result_id: UUID
    metric_code: str
    period_from: date
    period_until: date
    actual: Decimal
    target: Decimal | None = None


@dataclass(frozen=True)
class Way:
    """A goal's metric before and after: its baseline, the results under the plan in order, how far it is."""

    goal_id: UUID
    metric_code: str
    direction: str
    baseline: Decimal | None
    target: Decimal | None
    before: KpiValue | None
    points: tuple[KpiValue, ...]
    percent: Decimal | None

    @property
    def current(self) -> Decimal | None:
        """Return the newest result under the plan."""
        return self.points[-1].actual if self.points else None

    @property
    def reached(self) -> bool:
        """Tell whether the newest result meets the target."""
        if self.current is None or self.target is None:
            return False
        return self.current >= self.target if self.direction == "higher" else self.current <= self.target

    def as_json(self) -> dict[str, Any]:
        """Return the figures as they are frozen with a review; decimals as text."""
        return {
            "goal_id": str(self.goal_id),
            "metric_code": self.metric_code,
            "direction": self.direction,
            "baseline": decimal_text(self.baseline),
            "target": decimal_text(self.target),
            "before": None if self.before is None else _as_json(self.before),
            "points": [_as_json(point) for point in self.points],
            "percent": decimal_text(self.percent),
        }

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "Way":
        """Read frozen figures."""
        return cls(
            UUID(stored["goal_id"]),
            stored["metric_code"],
            stored["direction"],
            _decimal(stored["baseline"]),
            _decimal(stored["target"]),
            None if stored["before"] is None else _of_json(stored["metric_code"], stored["before"]),
            tuple(_of_json(stored["metric_code"], point) for point in stored["points"]),
            _decimal(stored["percent"]),
        )


def percent_reached(goal: Goal, actual: Decimal) -> Decimal | None:
    """Return how much of the way from baseline to target is done, in percent with one decimal.

    Below 0 is worse than the baseline, above 100 better than the target; None without a baseline to start from.
    """
    if goal.baseline is None or goal.target is None:
        return None
    way = goal.target - goal.baseline
    if way == 0:
        reached = actual >= goal.target if goal.direction == "higher" else actual <= goal.target
        return Decimal(100) if reached else Decimal(0)
    return ((actual - goal.baseline) / way * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


def counts_as_progress(result: KpiValue, in_force_on: date) -> bool:
    """Tell whether the result speaks of time under the plan."""
    return result.period_until > in_force_on


def side_by_side(goal: Goal, results: Iterable[KpiValue], in_force_on: date) -> Way:
    """Return the goal's metric before the plan (its last result) and after."""
    own = sorted((each for each in results if each.metric_code == goal.metric_code), key=lambda each: each.period_until)
    before = [each for each in own if not counts_as_progress(each, in_force_on)]
    after = tuple(each for each in own if counts_as_progress(each, in_force_on))
    return Way(
        goal.goal_id,
        goal.metric_code,
        goal.direction,
        goal.baseline,
        goal.target,
        before[-1] if before else None,
        after,
        percent_reached(goal, after[-1].actual) if after else None,
    )


def _as_json(value: KpiValue) -> dict[str, str]:
    return {
        "kpi_result_id": str(value.kpi_result_id),
        "period_from": value.period_from.isoformat(),
        "period_until": value.period_until.isoformat(),
        "actual": decimal_text(value.actual),
        "target": decimal_text(value.target),
    }


def _of_json(metric_code: str, stored: Mapping[str, str]) -> KpiValue:
    return KpiValue(
        UUID(stored["kpi_result_id"]),
        metric_code,
        date.fromisoformat(stored["period_from"]),
        date.fromisoformat(stored["period_until"]),
        Decimal(stored["actual"]),
        _decimal(stored["target"]),
    )


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
