"""Guides: what a manager can say in each segment to each employee type, and on each type of shortfall."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from common.content import LOCALES, ContentError, Node, language, read_document

from interview_record.content.kinds import EMPLOYEE_TYPES, SEGMENTS, SHORTFALL_TYPES, TURNS
from interview_record.content.records import merged

OVERLAID_SEGMENTS = ("review", "consensus")


@dataclass(frozen=True)
class GuideText:
    """A guide in one language; `focus` is what the shortfall's type adds, `when_it_turns` is keyed by turn."""

    intent: str
    focus: str | None
    openings: tuple[str, ...]
    questions: tuple[str, ...]
    avoid: tuple[str, ...]
    when_it_turns: Mapping[str, str]
    bridge: str


@dataclass(frozen=True)
class Guide:
    """A guide of one segment; `version` is that of the cell, with an overlay's after a plus sign."""

    id: str
    version: str
    segment: str
    employee_type: str
    shortfall_type: str | None
    texts: Mapping[str, GuideText]

    def at(self, locale: str) -> GuideText:
        """The text in the language of a locale."""
        return self.texts[language(locale)]


@dataclass(frozen=True)
class _Overlay:
    version: int
    focus: str
    openings: tuple[str, ...]
    questions: tuple[str, ...]
    avoid: tuple[str, ...]


@cache
def guides() -> Mapping[tuple[str, str], Guide]:
    """Every cell by (segment, employee type); a cell inherits from its segment what it does not say itself."""
    cells = {}
    for segment in SEGMENTS:
        by_locale = {locale: _segment_cells(segment, locale) for locale in LOCALES}
        for employee_type in EMPLOYEE_TYPES:
            versions = {locale: by_locale[locale][employee_type][0] for locale in LOCALES}
            place = f"{segment}.{employee_type}"
            cells[segment, employee_type] = Guide(
                id=place,
                version=str(_one_version(place, versions)),
                segment=segment,
                employee_type=employee_type,
                shortfall_type=None,
                texts={locale: by_locale[locale][employee_type][1] for locale in LOCALES},
            )
    return cells


def guide(segment: str, employee_type: str, shortfall_type: str | None = None) -> Guide:
    """The guide for a segment; unknown employee types read `regular`, unknown shortfall types add nothing.

    Raises KeyError for a segment that no playbook knows.
    """
    cell = guides()[segment, employee_type if employee_type in EMPLOYEE_TYPES else "regular"]
    if shortfall_type not in SHORTFALL_TYPES or segment not in OVERLAID_SEGMENTS:
        return cell
    overlays = {locale: _overlays(locale)[segment, shortfall_type] for locale in LOCALES}
    version = _one_version(f"{segment}.{shortfall_type}", {key: overlay.version for key, overlay in overlays.items()})
    return replace(
        cell,
        id=f"{cell.id}+{shortfall_type}",
        version=f"{cell.version}+{version}",
        shortfall_type=shortfall_type,
        texts={locale: _laid_over(text, overlays[locale]) for locale, text in cell.texts.items()},
    )


def _laid_over(text: GuideText, overlay: _Overlay) -> GuideText:
    return replace(
        text,
        focus=overlay.focus,
        openings=text.openings + overlay.openings,
        questions=text.questions + overlay.questions,
        avoid=overlay.avoid + text.avoid,
    )


def _one_version(place: str, versions: Mapping[str, int]) -> int:
    if len(set(versions.values())) > 1:
        raise ContentError(f"{place}: the languages are of different versions")
    return next(iter(versions.values()))


def _segment_cells(segment: str, locale: str) -> dict[str, tuple[int, GuideText]]:
    document = read_document(__package__, f"guides/{locale}/{segment}.yaml")
    document.choice("segment", (segment,))
    defaults, cells = document.node("defaults"), document.node("guides")
    found = {}
    for employee_type in EMPLOYEE_TYPES:
        cell = cells.node(employee_type)
        whole: dict[str, Any] = merged(defaults.values, cell.values)
        whole["avoid"] = [*cell.values.get("avoid", []), *defaults.values.get("avoid", [])]
        found[employee_type] = _cell(Node(cell.place, whole))
    cells.end()
    document.end()
    return found


def _cell(node: Node) -> tuple[int, GuideText]:
    turns = node.node("when_it_turns")
    text = GuideText(
        intent=node.string("intent"),
        focus=None,
        openings=node.strings("openings"),
        questions=node.strings("questions"),
        avoid=node.strings("avoid"),
        when_it_turns={turn: turns.string(turn) for turn in TURNS},
        bridge=node.string("bridge"),
    )
    version = node.integer("version", at_least=1)
    turns.end()
    node.end()
    return version, text


@cache
def _overlays(locale: str) -> Mapping[tuple[str, str], _Overlay]:
    document = read_document(__package__, f"guides/{locale}/shortfalls.yaml")
    segments = document.node("overlays")
    found = {}
    for segment in OVERLAID_SEGMENTS:
        types = segments.node(segment)
        for shortfall_type in SHORTFALL_TYPES:
            node = types.node(shortfall_type)
            found[segment, shortfall_type] = _Overlay(
                version=node.integer("version", at_least=1),
                focus=node.string("focus"),
                openings=node.strings("openings"),
                questions=node.strings("questions"),
                avoid=node.strings("avoid"),
            )
            node.end()
        types.end()
    segments.end()
    document.end()
    return found
