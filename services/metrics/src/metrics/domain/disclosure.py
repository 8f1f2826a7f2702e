"""When scores may be shown: never for fewer than the floor, nor two sets that differ by fewer."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.errors import AppError, Kind

FLOOR = 5


class TooFew(AppError):
    """Too few evaluations, or too few more or less than were shown before."""

    kind = Kind.PRECONDITION
    reason = "TOO_FEW"
    en = (
        "Scores are shown for {floor} evaluations or more, "
        "and not for a selection that differs by fewer from one you have seen."
    )
    zh = "评分仅在不少于 {floor} 份评估时显示；与您已查看的范围相差不足 {floor} 份的选择也不予显示。"

    def __init__(self) -> None:
        super().__init__(floor=FLOOR)


@dataclass(frozen=True)
class Score:
    """Of `given` evaluations, `satisfied` have a content mean of 4 and more."""

    key: str
    satisfied: int
    given: int


def is_showable(given: int) -> bool:
    """Tell whether so many evaluations are enough."""
    return given >= FLOOR


def differs_by_too_few(count: int) -> bool:
    """Tell whether two sets that differ by so many would tell about somebody."""
    return 0 < count < FLOOR


def shown_groups(whole: int, groups: Sequence[Score]) -> list[Score]:
    """Return the groups that may be shown beside their whole, the smallest left out first.

    What is left out must not follow from the difference: all groups, or at least the floor remain hidden together.
    """
    shown = sorted((group for group in groups if is_showable(group.given)), key=lambda group: (-group.given, group.key))
    while shown and differs_by_too_few(whole - sum(group.given for group in shown)):
        shown.pop()
    return sorted(shown, key=lambda group: group.key)
