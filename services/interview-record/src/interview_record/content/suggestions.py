"""Sentences from which a core goal and first directions are proposed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from common.content import Node, Text, read_document

from interview_record.content.kinds import EMPLOYEE_TYPES, SHORTFALL_TYPES

JOB_FAMILIES = ("technical", "sales", "management", "functional", "operations")
GOALS = ("up", "down", "open", "first_step")
REASONS = ("shortfall", "without_shortfall")


@dataclass(frozen=True)
class Suggestions:
    """The sentences by what they hang on; a tenant's own kinds have none and are left out."""

    goals: Mapping[str, Text]
    goals_without_shortfall: Mapping[str, Text]
    reasons: Mapping[str, Text]
    by_shortfall: Mapping[str, tuple[Text, ...]]
    by_employee_type: Mapping[str, Text]
    by_job_family: Mapping[str, Text]


@cache
def suggestions() -> Suggestions:
    """Every sentence, in both languages."""
    document = read_document(__package__, "suggestions.yaml")
    goals, by_shortfall = document.node("goals"), document.node("by_shortfall")
    found = Suggestions(
        goals={name: goals.text(name) for name in GOALS},
        goals_without_shortfall=_texts(goals.node("without_shortfall"), EMPLOYEE_TYPES),
        reasons=_texts(document.node("reasons"), REASONS),
        by_shortfall={name: _lines(by_shortfall, name) for name in SHORTFALL_TYPES},
        by_employee_type=_texts(document.node("by_employee_type"), EMPLOYEE_TYPES),
        by_job_family=_texts(document.node("by_job_family"), JOB_FAMILIES),
    )
    for node in (goals, by_shortfall, document):
        node.end()
    return found


def _texts(node: Node, names: tuple[str, ...]) -> Mapping[str, Text]:
    found = {name: node.text(name) for name in names}
    node.end()
    return found


def _lines(node: Node, name: str) -> tuple[Text, ...]:
    return tuple(Text(zh=each.string("zh-CN"), en=each.string("en")) for each in node.nodes(name))
