"""The two-way evaluation: four questions on content, one on the other's preparation, and what may be shown of many."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from common.errors import AppError, Kind

CONTENT_QUESTIONS = 4


class Evaluator(StrEnum):
    """Which side rates."""

    EMPLOYEE = "employee"
    MANAGER = "manager"


class NotAsked(AppError):
    """The playbook of this interview asks only the employee."""

    kind = Kind.PRECONDITION
    reason = "NOT_ASKED"
    en = "The playbook of this interview does not ask the {evaluator} for an evaluation."
    zh = "该面谈的规范不要求 {evaluator} 评价。"

    def __init__(self, *, evaluator: str) -> None:
        super().__init__(evaluator=evaluator)


class SessionNotEnded(AppError):
    """Only a session that has ended can be rated."""

    kind = Kind.PRECONDITION
    reason = "SESSION_NOT_ENDED"
    en = "The session has not ended yet; the interview is {state}."
    zh = "面谈尚未结束，当前状态为 {state}。"

    def __init__(self, *, state: str) -> None:
        super().__init__(state=state)


class AlreadyEvaluated(AppError):
    """Each side rates once."""

    kind = Kind.CONFLICT
    reason = "ALREADY_EVALUATED"
    en = "You have already given your evaluation."
    zh = "您已提交过评价。"


class TooFew(AppError):
    """An aggregate of fewer than the floor would show a person."""

    kind = Kind.PRECONDITION
    reason = "TOO_FEW"
    en = "Evaluations are shown only as aggregates of {floor} or more."
    zh = "评价仅在不少于 {floor} 份时汇总展示。"

    def __init__(self, *, floor: int) -> None:
        super().__init__(floor=floor)


@dataclass(frozen=True)
class Scores:
    """Five answers from 1 to 5, in the order of the form."""

    values: tuple[int, ...]

    @property
    def content_mean(self) -> float:
        """Return the mean of the four content questions."""
        return sum(self.values[:CONTENT_QUESTIONS]) / CONTENT_QUESTIONS

    @property
    def preparation(self) -> int:
        """Return the answer on the other's preparation."""
        return self.values[CONTENT_QUESTIONS]


@dataclass(frozen=True)
class Summary:
    """Means of the five answers over `count` evaluations."""

    count: int
    means: tuple[float, ...]


def summarise(given: Sequence[Scores], floor: int, *, rest: int) -> Summary:
    """Return the means of what was given, oldest first, or raise TooFew.

    Only whole batches of `floor` count, so that two looks in a row never differ by fewer; `rest` is how many
    evaluations the next larger circle holds beside these: 1 to `floor` - 1 of them would show by subtraction.
    """
    shown = given[: len(given) // floor * floor]
    if not shown or 0 < rest < floor:
        raise TooFew(floor=floor)
    means = tuple(sum(each.values[at] for each in shown) / len(shown) for at in range(len(shown[0].values)))
    return Summary(len(shown), means)
