"""Figures: always a part of a whole, never a bare percentage."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """A part of a whole."""

    part: int
    whole: int

    @property
    def percent(self) -> float:
        """Return the share in percent; 0 of nothing."""
        return 100 * self.part / self.whole if self.whole else 0.0


@dataclass(frozen=True)
class GroupRatio:
    """The ratio of one group."""

    key: str
    ratio: Ratio


@dataclass(frozen=True)
class Figure:
    """A ratio and the groups it is the sum of."""

    ratio: Ratio
    groups: tuple[GroupRatio, ...]

    @classmethod
    def of(cls, counted: list[tuple[str, int, int]], *, grouped: bool) -> "Figure":
        """Return the figure of (key, part, whole) per group."""
        groups = tuple(GroupRatio(key, Ratio(part, whole)) for key, part, whole in counted)
        total = Ratio(sum(part for _, part, _ in counted), sum(whole for _, _, whole in counted))
        return cls(total, groups if grouped else ())
