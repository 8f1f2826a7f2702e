"""Whole messages of the contracts as documents and back, where both have the same fields; enums are words."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

M = TypeVar("M", bound=Message)


def document_of(message: Message) -> dict[str, Any]:
    """Return the message's fields; an enum's value is its word, an enum that is not set is absent."""
    found = MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
    return _with_words(message, found)


def message_of(document: Mapping[str, Any], message: M) -> M:
    """Fill the message from a document of the same fields and return it."""
    return ParseDict(_with_names(message, document), message)


def _with_words(message: Message, found: dict[str, Any]) -> dict[str, Any]:
    words: dict[str, Any] = {}
    for field in message.DESCRIPTOR.fields:
        value = getattr(message, field.name)
        if field.enum_type is not None:
            prefix = _prefix(field.enum_type)
            if value:
                words[field.name] = field.enum_type.values_by_number[value].name.removeprefix(prefix).lower()
        elif field.message_type is not None and field.is_repeated:
            words[field.name] = [document_of(each) for each in value]
        elif field.message_type is not None:
            words[field.name] = document_of(value)
        else:
            words[field.name] = found[field.name]
    return words


def _with_names(message: Message, document: Mapping[str, Any]) -> dict[str, Any]:
    names = dict(document)
    for field in message.DESCRIPTOR.fields:
        value = names.get(field.name)
        if value is None:
            continue
        if field.enum_type is not None:
            names[field.name] = _prefix(field.enum_type) + str(value).upper()
        elif field.message_type is not None:
            inner = GetMessageClass(cast(Any, field.message_type))()
            repeated = field.is_repeated
            names[field.name] = [_with_names(inner, each) for each in value] if repeated else _with_names(inner, value)
    return names


def _prefix(kind: Any) -> str:
    return str(kind.values[0].name).removesuffix("UNSPECIFIED")
