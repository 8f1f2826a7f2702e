"""Between the contracts' enums and the words that tables hold: EMPLOYEE_TYPE_NEW_HIRE is new_hire."""

from typing import Any, Protocol


class ContractEnum(Protocol):
    """An enum of the contracts."""

    def Name(self, number: Any) -> str:
        """Return the name of a number."""

    def Value(self, name: str) -> Any:
        """Return the number of a name."""


def word(kind: ContractEnum, value: int) -> str:
    """Return the word of an enum's value, empty for an unspecified one."""
    return kind.Name(value).removeprefix(_prefix(kind)).lower() if value else ""


def number(kind: ContractEnum, text: str) -> Any:
    """Return the enum's value of a word; 0 for the empty one."""
    return kind.Value(_prefix(kind) + text.upper()) if text else 0


def _prefix(kind: ContractEnum) -> str:
    return kind.Name(0).removesuffix("UNSPECIFIED")
