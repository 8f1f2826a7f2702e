"""Conversations: tone and course of the whole talk with each employee type, and what each side prepares."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from common.content import LOCALES, ContentError, Node, language, read_document

from interview_record.content.kinds import EMPLOYEE_TYPES, SEGMENTS
from interview_record.content.records import merged


@dataclass(frozen=True)
class SegmentPreparation:
    """What a segment is for and what each side brings to it."""

    purpose: str
    manager_prepares: tuple[str, ...]
    employee_prepares: tuple[str, ...]


@dataclass(frozen=True)
class ConversationText:
    """A conversation in one language; `arc` is its course in a few lines, `segments` is keyed by segment."""

    tone: str
    arc: tuple[str, ...]
    segments: Mapping[str, SegmentPreparation]


@dataclass(frozen=True)
class Conversation:
    """The conversation template of one employee type, in both languages under one version."""

    employee_type: str
    version: int
    texts: Mapping[str, ConversationText]

    def at(self, locale: str) -> ConversationText:
        """The text in the language of a locale."""
        return self.texts[language(locale)]


@cache
def conversations() -> Mapping[str, Conversation]:
    """The conversation of each employee type."""
    by_locale = {locale: _conversations(locale) for locale in LOCALES}
    found = {}
    for employee_type in EMPLOYEE_TYPES:
        versions = {texts[employee_type][0] for texts in by_locale.values()}
        if len(versions) > 1:
            raise ContentError(f"conversations.{employee_type}: the languages are of different versions")
        texts = {locale: by_locale[locale][employee_type][1] for locale in LOCALES}
        found[employee_type] = Conversation(employee_type, versions.pop(), texts)
    return found


def conversation(employee_type: str) -> Conversation:
    """The conversation for an employee type; unknown types read `regular`."""
    return conversations()[employee_type if employee_type in EMPLOYEE_TYPES else "regular"]


def _conversations(locale: str) -> dict[str, tuple[int, ConversationText]]:
    document = read_document(__package__, f"conversations/{locale}.yaml")
    defaults, types = document.node("defaults"), document.node("conversations")
    found = {}
    for employee_type in EMPLOYEE_TYPES:
        node = types.node(employee_type)
        whole = Node(node.place, merged(defaults.values, node.values))
        segments = whole.node("segments")
        text = ConversationText(
            tone=whole.string("tone"),
            arc=whole.strings("arc"),
            segments={segment: _segment(segments.node(segment)) for segment in SEGMENTS},
        )
        found[employee_type] = (whole.integer("version", at_least=1), text)
        segments.end()
        whole.end()
    types.end()
    document.end()
    return found


def _segment(node: Node) -> SegmentPreparation:
    preparation = SegmentPreparation(
        purpose=node.string("purpose"),
        manager_prepares=node.strings("manager_prepares"),
        employee_prepares=node.strings("employee_prepares"),
    )
    node.end()
    return preparation
