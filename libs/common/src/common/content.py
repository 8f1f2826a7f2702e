"""Reading of content files that fails loudly: a missing, unknown, doubled or mistyped entry names its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, TypeVar

import yaml

LOCALES = ("zh-CN", "en")
Choice = TypeVar("Choice", bound=str)


class ContentError(ValueError):
    """A content file is incomplete or wrong; the message names file and path."""


def language(locale: str) -> str:
    """The language content is read in: zh-CN for every Chinese locale, en for every other."""
    return "zh-CN" if locale.lower().startswith("zh") else "en"


@dataclass(frozen=True)
class Text:
    """One text in both languages."""

    zh: str
    en: str

    def at(self, locale: str) -> str:
        """The text in the language of a locale."""
        return self.zh if language(locale) == "zh-CN" else self.en


class _StrictLoader(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        doubled = {str(key) for key in keys if keys.count(key) > 1}
        if doubled:
            raise ContentError(f"{node.start_mark.name}: {', '.join(sorted(doubled))} given twice")
        return super().construct_mapping(node, deep)


@dataclass(frozen=True)
class Node:
    """A mapping of a content file that knows its place and which of its keys were read."""

    place: str
    values: Mapping[str, Any]
    read: set[str] = field(default_factory=set)

    def value(self, key: str, kind: type) -> Any:
        self.read.add(key)
        value = self.values.get(key)
        if isinstance(value, str):
            value = value.strip()
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is int) or value in ("", [], {}):
            raise ContentError(f"{self.place}.{key}: expected {kind.__name__}, found {value!r}")
        return value

    def has(self, key: str) -> bool:
        return self.values.get(key) is not None

    def string(self, key: str) -> str:
        return str(self.value(key, str))

    def integer(self, key: str, at_least: int = 0) -> int:
        value = int(self.value(key, int))
        if value < at_least:
            raise ContentError(f"{self.place}.{key}: {value} is less than {at_least}")
        return value

    def boolean(self, key: str) -> bool:
        return bool(self.value(key, bool))

    def choice(self, key: str, allowed: tuple[Choice, ...]) -> Choice:
        value = self.string(key)
        for choice in allowed:
            if choice == value:
                return choice
        raise ContentError(f"{self.place}.{key}: {value} is none of {', '.join(allowed)}")

    def strings(self, key: str) -> tuple[str, ...]:
        values = self.value(key, list)
        if not all(isinstance(value, str) and value.strip() for value in values):
            raise ContentError(f"{self.place}.{key}: expected texts only")
        return tuple(value.strip() for value in values)

    def text(self, key: str) -> Text:
        languages = self.node(key)
        text = Text(zh=languages.string("zh-CN"), en=languages.string("en"))
        languages.end()
        return text

    def node(self, key: str) -> "Node":
        return Node(f"{self.place}.{key}", self.value(key, dict))

    def nodes(self, key: str) -> tuple["Node", ...]:
        entries = self.value(key, list)
        if not all(isinstance(entry, dict) for entry in entries):
            raise ContentError(f"{self.place}.{key}: expected mappings only")
        return tuple(Node(f"{self.place}.{key}[{at}]", entry) for at, entry in enumerate(entries))

    def end(self) -> None:
        """Refuse what nobody read: a misspelt key would otherwise silently change nothing."""
        unknown = set(self.values) - self.read
        if unknown:
            raise ContentError(f"{self.place}: unknown {', '.join(sorted(map(str, unknown)))}")


def read_document(package: str, path: str) -> Node:
    """The content file at a path below `data` of the package."""
    text = files(package).joinpath("data", path).read_text(encoding="utf-8")
    values = yaml.load(text, _StrictLoader)  # noqa: S506 - a SafeLoader
    if not isinstance(values, dict):
        raise ContentError(f"{path}: expected a mapping")
    return Node(path, values)
