import io
from datetime import date, datetime
from typing import Any

import pytest
from common.tabular import FileUnreadable, open_table
from openpyxl import Workbook

CHINESE = "工号,姓名\r\n001,张三\r\n002,李四\r\n"


def xlsx(*rows: list[Any], above: int = 0, sheet: str = "Sheet1") -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for n, row in enumerate(rows, start=above + 1):
        for column, value in enumerate(row, start=1):
            page.cell(n, column, value)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def rows_of(content: bytes) -> list[tuple[int, dict[str, str]]]:
    return list(open_table(content).rows())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encodings_that_spreadsheets_write(encoding: str) -> None:
    table = open_table(CHINESE.encode(encoding))
    assert table.headers == ("工号", "姓名")
    assert list(table.rows()) == [(2, {"工号": "001", "姓名": "张三"}), (3, {"工号": "002", "姓名": "李四"})]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_splits_the_header(delimiter: str) -> None:
    content = delimiter.join(["id", '"a, b; c"', "x"]) + "\n" + delimiter.join(["1", '"p;q,r|s"', "2"])
    assert rows_of(content.encode()) == [(2, {"id": "1", "a, b; c": "p;q,r|s", "x": "2"})]


def test_a_table_can_be_read_twice() -> None:
    table = open_table(CHINESE.encode())
    assert list(table.rows()) == list(table.rows())


def test_row_numbers_are_those_of_the_spreadsheet_and_empty_rows_are_left_out() -> None:
    assert [number for number, _ in rows_of(b"\nid\n1\n\n , \n2\n")] == [3, 6]
    content = xlsx(["id"], [1], [None], [2], above=3)
    assert [number for number, _ in rows_of(content)] == [5, 7]


def test_short_rows_are_filled_and_cells_without_header_are_dropped() -> None:
    assert rows_of(b"a,b,\n1\n2,3,4,5\n") == [(2, {"a": "1", "b": ""}), (3, {"a": "2", "b": "3"})]


def test_headers_that_repeat_are_told_apart() -> None:
    assert open_table(b"a,a,b\n").headers == ("a", "a (2)", "b")


def test_a_quoted_cell_may_hold_lines_and_blanks_around_cells_go() -> None:
    assert rows_of('a,b\n"x\ny",\u3000z \n'.encode()) == [(2, {"a": "x\ny", "b": "z"})]


def test_xlsx_cells_become_the_text_a_person_would_type() -> None:
    content = xlsx(
        ["whole", "part", "day", "moment", "yes", "text"],
        [62506.0, 0.85, date(2026, 10, 12), datetime(2026, 10, 12, 14, 5), True, " 007 "],
    )
    (row,) = rows_of(content)
    assert row == (
        2,
        {
            "whole": "62506",
            "part": "0.85",
            "day": "2026-10-12",
            "moment": "2026-10-12 14:05:00",
            "yes": "true",
            "text": "007",
        },
    )


def test_a_sheet_is_chosen_by_name() -> None:
    content = xlsx(["id"], ["1"], sheet="人员")
    assert open_table(content, sheet="人员").headers == ("id",)
    with pytest.raises(FileUnreadable):
        open_table(content, sheet="absent")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"PK\x03\x04 no zip",
        b"\xd0\xcf\x11\xe0 no workbook",
        b"\xff\xff\xff",
    ],
)
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(FileUnreadable):
        list(open_table(content).rows())


def test_a_cell_too_large_for_any_spreadsheet_is_refused() -> None:
    with pytest.raises(FileUnreadable):
        rows_of(b"a\n" + b"x" * 200_000)
