"""Reading a CSV or XLSX file as rows of text under its headers."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from python_calamine import CalamineError, CalamineWorkbook

from common.errors import AppError, Kind

# What a spreadsheet takes for the start of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
NumberedRow = tuple[int, dict[str, str]]
_DELIMITERS = ",;\t|"
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UTF8_BOM = b"\xef\xbb\xbf"
# An XLSX is a zip: this many bytes unpacked is far more than the largest import holds.
_UNPACKED_LIMIT = 2 << 30
# Space, no-break space, ideographic space, zero-width space, byte-order mark.
BLANKS = " \t\r\n\u00a0\u3000\u200b\ufeff"


class FileUnreadable(AppError):
    """The file is no table that can be read: not CSV or XLSX, damaged, protected, or without a header."""

    kind = Kind.INVALID
    reason = "FILE_UNREADABLE"
    en = "The file cannot be read as a CSV or XLSX table with a header row."
    zh = "无法将文件读取为带表头的 CSV 或 XLSX 表格。"


@dataclass(frozen=True)
class Table:
    """Headers and rows of a file; row numbers are those a spreadsheet shows."""

    headers: tuple[str, ...]
    _records: Callable[[], Iterator[tuple[int, Sequence[str]]]]

    def rows(self) -> Iterator[NumberedRow]:
        """Yield each row that is not empty with its number; may be called again to read from the start."""
        records = self._records()
        next(records)
        for number, record in records:
            padded = [*record, *[""] * (len(self.headers) - len(record))]
            yield number, {header: text for header, text in zip(self.headers, padded, strict=False) if header}


def open_table(content: bytes, *, sheet: str = "") -> Table:
    """Open a file by what it holds, not by its name; `sheet` names an XLSX sheet, empty means the first.

    CSV may be UTF-8, UTF-16 or GB18030, separated by comma, semicolon, tab or bar. Raises FileUnreadable.
    """
    is_workbook = content.startswith((_ZIP, _OLE))
    records = _xlsx_records(content, sheet) if is_workbook else _csv_records(content)

    def filled() -> Iterator[tuple[int, Sequence[str]]]:
        try:
            yield from ((number, record) for number, record in records() if any(record))
        except csv.Error:
            raise FileUnreadable from None

    first = next(filled(), None)
    if first is None:
        raise FileUnreadable
    return Table(_unique(first[1]), filled)


def clean(text: str) -> str:
    """Return the cell's text without blanks around it and without the quote that kept it from being a formula."""
    text = text.strip(BLANKS)
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA_STARTS) else text


def _csv_records(content: bytes) -> Callable[[], Iterator[tuple[int, Sequence[str]]]]:
    text = _decode(content)
    if "\x00" in text:
        raise FileUnreadable
    delimiter = _delimiter(text)

    def records() -> Iterator[tuple[int, Sequence[str]]]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        yield from ((number, [clean(cell) for cell in record]) for number, record in enumerate(reader, start=1))

    return records


def _decode(content: bytes) -> str:
    try:
        if content.startswith(_UTF16):
            return content.decode("utf-16")
        if content.startswith(_UTF8_BOM):
            return content.decode("utf-8-sig")
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            # What Chinese Excel writes as "CSV".
            return content.decode("gb18030")
    except UnicodeDecodeError:
        raise FileUnreadable from None


def _delimiter(text: str) -> str:
    """Return the one that splits the first filled line into most columns, quotes respected; comma in doubt."""
    sample = text.lstrip(BLANKS)[:20_000]

    def columns(delimiter: str) -> int:
        try:
            return len(next(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), []))
        except csv.Error:
            return 0

    return max(_DELIMITERS, key=columns)


def _xlsx_records(content: bytes, sheet: str) -> Callable[[], Iterator[tuple[int, Sequence[str]]]]:
    try:
        if content.startswith(_ZIP):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                if sum(entry.file_size for entry in packed.infolist()) > _UNPACKED_LIMIT:
                    raise FileUnreadable
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)
    except (CalamineError, zipfile.BadZipFile, IndexError):
        raise FileUnreadable from None
    above = found.start[0] if found.start else 0

    def records() -> Iterator[tuple[int, Sequence[str]]]:
        rows = found.to_python(skip_empty_area=True)
        yield from ((number, [_text(cell) for cell in row]) for number, row in enumerate(rows, start=above + 1))

    return records


def _text(cell: object) -> str:
    """Return the cell as the text a person would type: whole numbers without .0, dates as ISO."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() else repr(cell)
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
        case date() | time():
            return cell.isoformat()
    return clean(str(cell))


def _unique(headers: Iterable[str]) -> tuple[str, ...]:
    """Return the headers with a number behind each that is there already; empty ones stay empty."""
    seen: dict[str, int] = {}
    result = []
    for header in headers:
        seen[header] = seen.get(header, 0) + 1
        result.append(f"{header} ({seen[header]})" if header and seen[header] > 1 else header)
    return tuple(result)
