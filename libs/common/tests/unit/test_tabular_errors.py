import pytest
from common.errors import FieldViolation
from common.tabular import MappedRow, Mapping, Rejected, open_table, write_errors
from common.tabular.error_file import neutral
from hypothesis import given
from hypothesis import strategies as st

ALIASES = {"external_id": ["工号"], "name": ["姓名"]}
BAD_DATE = FieldViolation("hired_on", "NOT_A_DATE", "hired_on is no date.", "“入职日期”不是日期。")


def rejected(number: int = 2, **source: str) -> Rejected:
    return Rejected(MappedRow(number, {}, source, {}), [BAD_DATE])


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize(("locale", "row", "error"), [("zh-CN", "行号", "错误"), ("en", "Row", "Error")])
def test_an_error_file_holds_the_row_as_it_was_and_why_in_the_callers_language(
    format: str, locale: str, row: str, error: str
) -> None:
    content = write_errors([rejected(工号="001", 姓名="张三")], locale=locale, format=format)  # type: ignore[arg-type]
    table = open_table(content)
    assert table.headers == (row, "工号", "姓名", error)
    ((_, cells),) = table.rows()
    assert cells == {row: "2", "工号": "001", "姓名": "张三", error: BAD_DATE.text(locale)}


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize(
    "text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "-5", "+86 10", "001", "1e5", "它说'好'"]
)
def test_a_corrected_error_file_is_read_back_as_the_row_it_was(format: str, text: str) -> None:
    content = write_errors([rejected(工号=text)], locale="zh-CN", format=format)  # type: ignore[arg-type]
    table = open_table(content)
    (row,) = Mapping.auto(table.headers, ALIASES).rows(table)
    assert row.fields == {"external_id": text}


@given(st.text(max_size=20))
def test_no_cell_starts_a_formula(text: str) -> None:
    written = neutral(text)
    assert not written.startswith(("=", "@", "\t", "\r"))
    if written.startswith(("+", "-")):
        assert written[1:].replace(",", "").replace(".", "").removesuffix("%").isdigit()


def test_rows_of_one_number_are_one_line_and_lines_follow_the_file() -> None:
    content = write_errors([rejected(7, a="1"), rejected(3, b="x"), rejected(7, a="1")], locale="en", format="csv")
    assert [cells for _, cells in open_table(content).rows()] == [
        {"Row": "3", "a": "", "b": "x", "Error": BAD_DATE.en},
        {"Row": "7", "a": "1", "b": "", "Error": BAD_DATE.en},
    ]


def test_control_characters_do_not_break_the_file() -> None:
    content = write_errors([rejected(a="x\x00\x0by")], locale="en", format="xlsx")
    ((_, cells),) = open_table(content).rows()
    assert cells["a"] == "xy"
