"""What changed between two versions of a plan, field by field, in words that both sides can read."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeVar
from uuid import UUID

from plan_tracking.domain.content import Answer, Content, Goal, Measure, decimal_text

ChangeKind = Literal["added", "removed", "changed"]
T = TypeVar("T")

_GOAL_FIELDS: dict[str, tuple[str, str, Callable[[Goal], str]]] = {
    "statement": ("Goal", "目标", lambda goal: goal.statement),
    "metric_code": ("Metric", "指标", lambda goal: goal.metric_code),
    "measure_unit": ("Unit", "单位", lambda goal: goal.measure_unit),
    "baseline": ("Baseline", "基线", lambda goal: decimal_text(goal.baseline)),
    "target": ("Target", "目标值", lambda goal: decimal_text(goal.target)),
    "direction": ("Direction", "方向", lambda goal: goal.direction),
    "due_on": ("Due date", "完成日期", lambda goal: _text(goal.due_on)),
}
_MEASURE_FIELDS: dict[str, tuple[str, str, Callable[[Measure], str]]] = {
    "action": ("Measure", "措施", lambda measure: measure.action),
    "owner_id": ("Owner", "负责人", lambda measure: _text(measure.owner_id)),
    "resource": ("Resource", "所需资源", lambda measure: measure.resource),
    "cadence": ("Cadence", "频率", lambda measure: measure.cadence),
    "due_on": ("Due date", "完成日期", lambda measure: _text(measure.due_on)),
}
_ANSWER_FIELDS: dict[str, tuple[str, str, Callable[[Answer], str]]] = {
    "answer": ("Answer to the request", "诉求答复", lambda answer: "accepted" if answer.accepted else "declined"),
    "measure_id": ("Measure that meets the request", "对应措施", lambda answer: _text(answer.measure_id)),
    "reason": ("Reason", "理由", lambda answer: answer.reason),
}


@dataclass(frozen=True)
class Change:
    """One field before and after; an item that came or went lists its fields with the other side empty.

    `item_name` says in words which item it is. Owners stand as ids; whoever shows the change puts names for them.
    """

    kind: ChangeKind
    item: Literal["goal", "measure", "answer"]
    item_id: UUID
    field: str
    label_en: str
    label_zh: str
    before: str
    after: str
    item_name: str = ""


def diff(before: Content, after: Content) -> list[Change]:
    """Return the changes from one version to the other: goals, then their measures, then answers."""
    actions = {str(each.measure_id): each.action for each in (*before.measures, *after.measures)}
    return [
        *_items("goal", _GOAL_FIELDS, _by_goal(before), _by_goal(after)),
        *_items("measure", _MEASURE_FIELDS, _by_measure(before), _by_measure(after)),
        *(
            replace(each, before=actions.get(each.before, each.before), after=actions.get(each.after, each.after))
            for each in _items("answer", _ANSWER_FIELDS, _by_request(before), _by_request(after))
        ),
    ]


def _items(
    item: Literal["goal", "measure", "answer"],
    fields: Mapping[str, tuple[str, str, Callable[[T], str]]],
    before: Mapping[UUID, T],
    after: Mapping[UUID, T],
) -> Iterator[Change]:
    for item_id in dict.fromkeys([*before, *after]):
        old, new = before.get(item_id), after.get(item_id)
        kind: ChangeKind = "added" if old is None else "removed" if new is None else "changed"
        item_name = _name(old if old is not None else new)
        for name, (en, zh, read) in fields.items():
            was = "" if old is None else read(old)
            now = "" if new is None else read(new)
            if was != now:
                yield Change(kind, item, item_id, name, en, zh, was, now, item_name)


def _name(item: object) -> str:
    match item:
        case Goal():
            return item.statement
        case Measure():
            return item.action
    return ""


def _by_goal(content: Content) -> dict[UUID, Goal]:
    return {goal.goal_id: goal for goal in content.goals}


def _by_measure(content: Content) -> dict[UUID, Measure]:
    return {measure.measure_id: measure for measure in content.measures}


def _by_request(content: Content) -> dict[UUID, Answer]:
    return {answer.request_id: answer for answer in content.answers}


def _text(value: object | None) -> str:
    return "" if value is None else str(value)
