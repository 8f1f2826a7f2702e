"""Wording that blames a person or leaves open what is meant, in Chinese and English, with what to write instead."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from common.content import ContentError, Node, Text, read_document

Kind = Literal["blaming", "vague"]
_KINDS: tuple[Kind, ...] = ("blaming", "vague")
_LANGUAGES = ("zh-CN", "en")
_SENTENCE = re.compile(r"(?:[^。；;！!？?\n.]|\.(?!\s|$))+")


@dataclass(frozen=True)
class Wording:
    """A pattern, why it does not help, what to write instead; a figure in the sentence excuses a vague one."""

    id: str
    kind: Kind
    pattern: re.Pattern[str]
    figure: re.Pattern[str]
    why: Text
    suggestion: Text


@dataclass(frozen=True)
class WordingFinding:
    """A place in a text, as character offsets, and what is wrong with it."""

    start: int
    end: int
    words: str
    wording: Wording


@cache
def wordings() -> tuple[Wording, ...]:
    """The whole list, both languages."""
    found = tuple(wording for language in _LANGUAGES for wording in _read(language))
    if len({wording.id for wording in found}) < len(found):
        raise ContentError("wording: an id is given twice")
    return found


def wording_findings(text: str) -> tuple[WordingFinding, ...]:
    """Every blaming or vague wording of a text in order; both languages are looked for in any text."""
    findings = []
    for sentence in _SENTENCE.finditer(text):
        for wording in wordings():
            if wording.kind == "vague" and wording.figure.search(sentence.group()):
                continue
            for match in wording.pattern.finditer(sentence.group()):
                start = sentence.start() + match.start()
                findings.append(WordingFinding(start, start + len(match.group()), match.group(), wording))
    return tuple(sorted(findings, key=lambda finding: (finding.start, finding.wording.id)))


def _read(language: str) -> list[Wording]:
    document = read_document(__package__, f"wording/{language}.yaml")
    figure = _pattern(document, "figure")
    found = []
    for node in document.nodes("entries"):
        found.append(
            Wording(
                id=node.string("id"),
                kind=node.choice("kind", _KINDS),
                pattern=_pattern(node, "pattern"),
                figure=figure,
                why=node.text("why"),
                suggestion=node.text("suggestion"),
            )
        )
        node.end()
    document.end()
    return found


def _pattern(node: Node, key: str) -> re.Pattern[str]:
    try:
        return re.compile(node.string(key), re.IGNORECASE)
    except re.error as error:
        raise ContentError(f"{node.place}.{key}: {error}") from error
