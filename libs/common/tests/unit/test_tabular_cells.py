from datetime import date
from decimal import Decimal

import pytest
from common.tabular import Cells, MappedRow
from hypothesis import given
from hypothesis import strategies as st


def cells(text: str, *formats: str) -> Cells:
    return Cells(MappedRow(2, {"f": text}, {"列": text}, {"f": "列"}), formats)


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-12",
        "2026/10/12",
        "2026.10.12",
        "2026年10月12日",
        "20261012",
        "2026-10-12 00:00:00",
        "２０２６-１０-１２",
    ],
)
def test_a_day_is_read_as_it_is_written_here_and_there(text: str) -> None:
    assert cells(text).date("f") == date(2026, 10, 12)


@pytest.mark.parametrize("text", ["12.10.2026", "10/12/26", "2026-13-01", "2026-02-30", "soon"])
def test_a_day_that_could_be_another_is_refused(text: str) -> None:
    one = cells(text)
    assert one.date("f") is None
    assert [violation.reason for violation in one.violations] == ["NOT_A_DATE"]


def test_formats_of_the_mapping_come_first() -> None:
    assert cells("07/05/2011", "%m/%d/%Y").date("f") == date(2011, 7, 5)
    assert cells("2011-07-05", "%m/%d/%Y").date("f") == date(2011, 7, 5)


@pytest.mark.parametrize(("text", "year"), [("01/01/20", 2020), ("01/01/21", 1921), ("01/01/83", 1983)])
def test_two_digit_years_after_the_pivot_lie_in_the_last_century(text: str, year: int) -> None:
    assert cells(text, "%m/%d/%y").date("f", pivot=20) == date(year, 1, 1)


def test_a_leap_day_that_the_other_century_lacks_is_no_date() -> None:
    assert cells("02/29/00", "%m/%d/%y").date("f", pivot=50) == date(2000, 2, 29)
    assert cells("02/29/00", "%m/%d/%y").date("f", pivot=-1) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,234.50", "1234.50"), ("-5", "-5"), ("85%", "0.85"), ("１２．５", "12.5"), ("1 000", "1000"), ("1e3", "1E+3")],
)
def test_numbers_are_read_as_spreadsheets_mean_them(text: str, value: str) -> None:
    assert cells(text).decimal("f") == Decimal(value)


@pytest.mark.parametrize("text", ["1,23", "12,34,56", "abc", "NaN", "Infinity", "--1", "%"])
def test_what_is_no_number_is_refused(text: str) -> None:
    one = cells(text)
    assert one.decimal("f") is None
    assert [violation.reason for violation in one.violations] == ["NOT_A_NUMBER"]


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_every_written_decimal_is_read(value: Decimal) -> None:
    assert cells(str(value)).decimal("f") == value


def test_numbers_out_of_bounds_are_refused() -> None:
    one = cells("11")
    assert one.decimal("f", minimum=12) is None
    assert one.decimal("f", maximum=10) is None
    assert one.integer("f", minimum=11, maximum=11) == 11
    assert [violation.reason for violation in one.violations] == ["TOO_SMALL", "TOO_LARGE"]


def test_whole_numbers_may_be_written_with_a_zero_behind_the_point_only() -> None:
    assert cells("12.0").integer("f") == 12
    one = cells("12.5")
    assert one.integer("f") is None
    assert one.violations[0].reason == "NOT_A_WHOLE_NUMBER"


@pytest.mark.parametrize(("text", "value"), [("是", True), ("TRUE", True), ("0", False), ("否", False), ("", None)])
def test_yes_and_no_are_read_in_both_languages(text: str, value: bool | None) -> None:
    assert cells(text).boolean("f") is value


def test_a_choice_is_read_by_its_word_or_a_spelling() -> None:
    words = {"new_hire": ["新员工", "New hire"], "regular": []}
    assert cells("新员工").choice("f", words) == "new_hire"
    assert cells("NEW HIRE").choice("f", words) == "new_hire"
    one = cells("veteran")
    assert one.choice("f", words) == ""
    assert one.violations[0].en == "列 is none of: new_hire, regular."
    assert one.violations[0].zh == "“列”不属于：new_hire, regular。"


def test_only_a_required_field_may_not_be_empty() -> None:
    one = cells("")
    assert one.date("f") is None
    assert one.decimal("absent") is None
    assert one.violations == []
    assert one.text("f", required=True) == ""
    assert one.date("f", required=True) is None
    assert [violation.reason for violation in one.violations] == ["REQUIRED", "REQUIRED"]


def test_a_text_too_long_is_refused_and_not_cut() -> None:
    one = cells("x" * 11)
    assert one.text("f", max_length=10) == ""
    assert one.violations[0].reason == "TOO_LONG"


def test_violations_name_the_column_and_never_quote_the_cell() -> None:
    one = cells("secret")
    one.date("f")
    one.decimal("f")
    one.boolean("f")
    assert all("列" in violation.en and "secret" not in violation.en + violation.zh for violation in one.violations)
