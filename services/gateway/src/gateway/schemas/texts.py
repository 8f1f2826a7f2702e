"""Texts of the product that exist in both languages, said in the caller's."""

from collections.abc import Iterable

from tandem.common.v1.localized_pb2 import LocalizedText


def said(text: LocalizedText, locale: str) -> str:
    """Return the text in the language of the response."""
    return text.zh_cn if locale.startswith("zh") else text.en


def all_said(texts: Iterable[LocalizedText], locale: str) -> list[str]:
    """Return the texts in the language of the response; one that this language does not have is left out."""
    return [found for text in texts if (found := said(text, locale))]
