"""The rows that failed, as a file that can be corrected and imported again."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from common.errors import FieldViolation
from common.tabular.mapping import MappedRow
from common.tabular.reading import FORMULA_STARTS

_ROW = {"en": "Row", "zh": "行号"}
_ERROR = {"en": "Error", "zh": "错误"}
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*%?")
# What XML, and so XLSX, cannot hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True)
class Rejected:
    """A row with what is wrong with it."""

    row: MappedRow
    violations: Sequence[FieldViolation]


def write_errors(rejected: Iterable[Rejected], *, locale: str, format: Literal["csv", "xlsx"]) -> bytes:
    """Return a file of the rows' mapped columns as they were, with row number and errors in the caller's language.

    Rows of one number, as wide files give, are one line. A cell that a spreadsheet would run as a formula
    gets a leading quote, which the reader takes away again.
    """
    language = "zh" if locale.startswith("zh") else "en"
    lines = _merge(rejected, locale)
    headers = list(dict.fromkeys(header for source, _ in lines.values() for header in source))
    table = [[_ROW[language], *headers, _ERROR[language]]]
    for number, (source, texts) in lines.items():
        cells = [neutral(source.get(header, "")) for header in headers]
        table.append([str(number), *cells, neutral(" ".join(dict.fromkeys(texts)))])
    return _csv(table) if format == "csv" else _xlsx(table)


def neutral(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula; numbers stay as they are (ASVS 1.2.10)."""
    plain = _CONTROL.sub("", text)
    return f"'{plain}" if plain.startswith(FORMULA_STARTS) and not _NUMBER.fullmatch(plain) else plain


def _merge(rejected: Iterable[Rejected], locale: str) -> dict[int, tuple[dict[str, str], list[str]]]:
    lines: dict[int, tuple[dict[str, str], list[str]]] = {}
    for each in rejected:
        source, texts = lines.setdefault(each.row.number, ({}, []))
        source |= each.row.source
        texts += [violation.text(locale) for violation in each.violations]
    return dict(sorted(lines.items()))


def _csv(table: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    # The mark tells spreadsheets that this is UTF-8.
    return text.getvalue().encode("utf-8-sig")


def _xlsx(table: list[list[str]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(table[0][-1])
    sheet.freeze_panes = "A2"
    header = [WriteOnlyCell(sheet, value=text) for text in table[0]]
    for cell in header:
        cell.font = Font(bold=True)
    sheet.append(header)
    for line in table[1:]:
        sheet.append(line)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
