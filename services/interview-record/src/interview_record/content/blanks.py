"""Blanks in what is said: `{metric}` becomes the case's own metric, or a bracketed word to put it in oneself."""

import re
from collections.abc import Mapping
from functools import cache

from common.content import ContentError, Text, language, read_document

_BLANK = re.compile(r"\{(\w+)\}")
_BRACKETS = {"zh-CN": "〔{}〕", "en": "[{}]"}


@cache
def blanks() -> Mapping[str, Text]:
    """The words shown for each blank that the case does not fill."""
    document = read_document(__package__, "guides/blanks.yaml")
    return {name: document.text(name) for name in document.values}


def blanks_in(sentence: str) -> frozenset[str]:
    """The names of the blanks of a sentence."""
    return frozenset(_BLANK.findall(sentence))


def filled(sentence: str, locale: str, values: Mapping[str, str]) -> str:
    """The sentence with the case's own values; what the case does not know stays visibly open."""
    brackets = _BRACKETS[language(locale)]

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in values:
            return values[name]
        if name not in blanks():
            raise ContentError(f"a sentence has an unknown blank: {name}")
        return brackets.format(blanks()[name].at(locale))

    return _BLANK.sub(value, sentence)
