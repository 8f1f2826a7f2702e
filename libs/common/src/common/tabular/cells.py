"""Typed values from the texts of a row; what does not convert becomes a violation in both languages."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from common.errors import FieldViolation
from common.tabular.mapping import MappedRow

_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?" + _TIME)
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_TRUE = frozenset({"true", "yes", "y", "1", "是", "真"})
_FALSE = frozenset({"false", "no", "n", "0", "否", "假"})


class Cells:
    """Reads one mapped row's fields and collects what is wrong with them.

    An empty field gives None (or the empty string), and a violation only where it is `required`.
    """

    def __init__(self, row: MappedRow, date_formats: Sequence[str] = ()) -> None:
        self._fields = row.fields
        self._headers = row.headers
        self._date_formats = date_formats
        self.violations: list[FieldViolation] = list(row.violations)

    def text(self, field: str, *, required: bool = False, max_length: int = 1000) -> str:
        """Return the text, at most `max_length` characters."""
        value = self._fields.get(field, "")
        if not value and required:
            self._refuse(field, "REQUIRED", "is empty but needed", "为空，但必须填写")
        elif len(value) > max_length:
            self._refuse(field, "TOO_LONG", f"is longer than {max_length} characters", f"超过 {max_length} 个字符")
            return ""
        return value

    def date(self, field: str, *, required: bool = False, pivot: int = 68) -> date | None:
        """Return the day, read by the mapping's formats or, without any, as year, month, day.

        Two-digit years up to `pivot` lie in this century, later ones in the last.
        """
        if not (text := self.text(field, required=required)):
            return None
        found = _by_formats(text, self._date_formats, pivot) or _by_form(text)
        if found is None:
            self._refuse(
                field,
                "NOT_A_DATE",
                "is no date such as 2026-10-12; other forms need a date format in the mapping",
                "不是日期（例如 2026-10-12）；其他写法请在映射中指定日期格式",
            )
        return found

    def decimal(
        self,
        field: str,
        *,
        required: bool = False,
        minimum: Decimal | int | None = None,
        maximum: Decimal | int | None = None,
    ) -> Decimal | None:
        """Return the number; `1,234.5` and full-width digits are read, `85%` is 0.85 as spreadsheets store it."""
        if not (text := self.text(field, required=required)):
            return None
        value = _number(text)
        if value is None:
            self._refuse(field, "NOT_A_NUMBER", "is no number", "不是数字")
        elif minimum is not None and value < minimum:
            self._refuse(field, "TOO_SMALL", f"is less than {minimum}", f"小于 {minimum}")
        elif maximum is not None and value > maximum:
            self._refuse(field, "TOO_LARGE", f"is more than {maximum}", f"大于 {maximum}")
        else:
            return value
        return None

    def integer(
        self, field: str, *, required: bool = False, minimum: int | None = None, maximum: int | None = None
    ) -> int | None:
        """Return the whole number; `12.0` is one."""
        before = len(self.violations)
        value = self.decimal(field, required=required, minimum=minimum, maximum=maximum)
        if value is None:
            return None
        if value != value.to_integral_value():
            self._refuse(field, "NOT_A_WHOLE_NUMBER", "is no whole number", "不是整数")
        return int(value) if len(self.violations) == before else None

    def boolean(self, field: str, *, required: bool = False) -> bool | None:
        """Return yes or no, as written in either language."""
        if not (text := self.text(field, required=required)):
            return None
        word = text.casefold()
        if word not in _TRUE | _FALSE:
            self._refuse(field, "NOT_YES_OR_NO", "is neither yes nor no", "既不是“是”也不是“否”")
            return None
        return word in _TRUE

    def choice(self, field: str, words: Mapping[str, Sequence[str]], *, required: bool = False) -> str:
        """Return the word of the choice; `words` maps each to further spellings, case aside."""
        if not (text := self.text(field, required=required)):
            return ""
        for word, spellings in words.items():
            if text.casefold() in {word.casefold(), *(spelling.casefold() for spelling in spellings)}:
                return word
        listed = ", ".join(words)
        self._refuse(field, "NOT_A_CHOICE", f"is none of: {listed}", f"不属于：{listed}")
        return ""

    def refuse(self, field: str, reason: str, *, en: str, zh: str) -> None:
        """Add a violation of a rule of the caller's own; the texts follow the column's name."""
        self._refuse(field, reason, en, zh)

    def _refuse(self, field: str, reason: str, en: str, zh: str) -> None:
        column = self._headers.get(field, field)
        self.violations.append(FieldViolation(field, reason, f"{column} {en}.", f"“{column}”{zh}。"))


def _by_formats(text: str, formats: Sequence[str], pivot: int) -> date | None:
    for form in formats:
        try:
            found = datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        if "%y" in form:
            short = found.year % 100
            return _day(short + (2000 if short <= pivot else 1900), found.month, found.day)
        return found
    return None


def _by_form(text: str) -> date | None:
    plain = unicodedata.normalize("NFKC", text)
    parts = _DAY.fullmatch(plain) or _COMPACT_DAY.fullmatch(plain)
    return _day(*(int(part) for part in parts.groups())) if parts else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(text: str) -> Decimal | None:
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    percent = plain.endswith("%")
    plain = plain.removesuffix("%")
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None
    if not value.is_finite():
        return None
    return value / 100 if percent else value
