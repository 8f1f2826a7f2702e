"""Words, ids, days and texts between the contracts and us."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from common.content import Text
from common.errors import Invalid
from common.timestamps import from_day
from tandem.common.v1 import localized_pb2 as localized
from tandem.directory.v1 import facts_pb2 as directory
from tandem.interview_record.v1 import facts_pb2 as interview

from plan_tracking.domain.content import Direction
from plan_tracking.facts import enum_value


def word_of(kind: Any, prefix: str, value: int) -> str:
    """Return the enum's value as a lower-case word of ours, empty for unspecified."""
    name = str(kind.Name(value)).removeprefix(f"{prefix}_").lower()
    return "" if name == "unspecified" else name


def optional_id(text: str) -> UUID | None:
    """Return the id, or None for the empty text."""
    return UUID(text) if text else None


def optional_day(field: str, text: str) -> date | None:
    """Return the day, or None for the empty text; raise Invalid for a day that no calendar has."""
    if not text:
        return None
    try:
        return from_day(text)
    except ValueError:
        raise Invalid.field(field, "NO_SUCH_DAY", en="There is no such day.", zh="没有这一天。") from None


def optional_decimal(text: str) -> Decimal | None:
    """Return the decimal, or None for the empty text."""
    return Decimal(text) if text else None


def direction_of(value: int) -> Direction:
    """Return the direction; higher is better unless it says lower."""
    return "lower" if value == interview.DIRECTION_LOWER_IS_BETTER else "higher"


def text_of(message: localized.LocalizedText) -> Text:
    """Return the text in both languages."""
    return Text(message.zh_cn, message.en)


def localized_text(text: Text) -> localized.LocalizedText:
    """Return the text as the contracts hold it."""
    return localized.LocalizedText(zh_cn=text.zh, en=text.en)


def employee_type_value(word: str) -> Any:
    """Return the employee type; unspecified for any."""
    return enum_value(directory.EmployeeType, "EMPLOYEE_TYPE", word)


def employee_type_of(value: int) -> str:
    """Return the employee type's word, empty for any."""
    return word_of(directory.EmployeeType, "EMPLOYEE_TYPE", value)
