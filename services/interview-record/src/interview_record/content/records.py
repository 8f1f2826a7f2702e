"""Content files as dataclasses, and one document laid over another."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from common.content import Node

Positive = Annotated[int, "positive"]
Record = TypeVar("Record")


def record(node: Node, kind: type[Record]) -> Record:
    """A dataclass of ints, Positives, Literals and tuples of them, read from the mapping of the same keys."""
    hints = get_type_hints(kind, include_extras=True)
    values: dict[str, Any] = {}
    for entry in fields(kind):  # type: ignore[arg-type]
        if entry.default is MISSING or node.has(entry.name):
            values[entry.name] = _scalar(node, entry.name, hints[entry.name])
    node.end()
    return kind(**values)


def _scalar(node: Node, key: str, hint: Any) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple:
        entries = node.value(key, list)
        return tuple(_scalar(Node(node.place, {key: entry}), key, arguments[0]) for entry in entries)
    if origin is Literal:
        return node.choice(key, arguments)
    if origin is UnionType:
        return _scalar(node, key, next(argument for argument in arguments if argument is not NoneType))
    return node.integer(key, at_least=1 if hint == Positive else 0)


def merged(default: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The default with the changes laid over it; mappings merge, everything else is replaced."""
    result = dict(default)
    for key, value in changes.items():
        inherited = result.get(key)
        if isinstance(inherited, Mapping) and isinstance(value, Mapping):
            result[key] = merged(inherited, value)
        else:
            result[key] = value
    return result
