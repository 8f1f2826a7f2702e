"""Between the contracts' fields and JSON's: an empty string is null, enums are words."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar
from uuid import UUID

from common.timestamps import from_optional_day, from_optional_timestamp
from google.protobuf.timestamp_pb2 import Timestamp

W = TypeVar("W", bound=StrEnum)
T = TypeVar("T")
R = TypeVar("R")


class ContractEnum(Protocol):
    """An enum of the contracts."""

    def Name(self, number: Any) -> str:
        """Return the name of a number."""

    def Value(self, name: str) -> Any:
        """Return the number of a name."""


def optional_id(text: str) -> UUID | None:
    """Return the id, or None for the empty string."""
    return UUID(text) if text else None


def id_text(value: UUID | None) -> str:
    """Return the contract's form: the empty string for None."""
    return str(value) if value else ""


def given(convert: Callable[[T], R], value: T | None) -> R | None:
    """Return the converted value, or None (which leaves a contract's optional field unset) where none was sent."""
    return None if value is None else convert(value)


def optional_text(text: str) -> str | None:
    """Return the text, or None for the empty string."""
    return text or None


def moment(stamp: Timestamp) -> datetime | None:
    """Return the UTC moment, or None where it is not set."""
    return from_optional_timestamp(stamp)


def day(text: str) -> date | None:
    """Return the date, or None for the empty string."""
    return from_optional_day(text)


def day_text(value: date | None) -> str:
    """Return the contract's form: the empty string for None."""
    return value.isoformat() if value else ""


def word(words: type[W], kind: ContractEnum, number: int) -> W:
    """Return the word for a number of a contract's enum; ValueError for one that is not set.

    The contract's names are the words in capitals behind the enum's own name: `LEAVING_REASON_OTHER` is `other`.
    """
    return words(kind.Name(number).removeprefix(_prefix(kind)).lower())


def optional_word(words: type[W], kind: ContractEnum, number: int) -> W | None:
    """Return the word, or None where the enum is not set."""
    return word(words, kind, number) if number else None


def number(kind: ContractEnum, chosen: StrEnum | None) -> Any:
    """Return the contract's number of a word; 0, which is unspecified, for None."""
    return kind.Value(_prefix(kind) + chosen.upper()) if chosen else 0


def _prefix(kind: ContractEnum) -> str:
    return kind.Name(0).removesuffix("UNSPECIFIED")


def distinct(ids: Iterable[str]) -> list[str]:
    """Return the ids once each, without the empty ones, in order."""
    return [each for each in dict.fromkeys(ids) if each]
