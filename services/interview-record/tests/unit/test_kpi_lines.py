"""One value of a file as a line, and what is wrong with it otherwise."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from common.ids import new_id
from common.tabular import Cells, MappedRow
from interview_record.domain.explanations import explain, number
from interview_record.domain.kpi import FactKind, FactLine
from interview_record.domain.kpi_file import KpiFile, read_kpi, wide_columns
from interview_record.domain.periods import Period, parse_period
from interview_record.domain.shortfalls import Observation, Thresholds, assess

PERSON = new_id()
KNOWN = KpiFile({"S01": PERSON})
GOOD = {"person": "S01", "metric_code": "conversion", "period": "2026-09", "actual": "17", "target": "19"}


def cells(**fields: str) -> Cells:
    return Cells(MappedRow(2, {**GOOD, **fields}, {}, {}))


def reasons(file: KpiFile = KNOWN, **fields: str) -> list[str]:
    row = cells(**fields)
    assert read_kpi(row, file) is None
    return [each.reason for each in row.violations]


def test_a_whole_row_is_a_line_of_weight_one_where_higher_is_better() -> None:
    found = read_kpi(cells(), KNOWN)
    assert found is not None
    assert (found.line.person_id, found.line.period) == (PERSON, parse_period("2026-09"))
    assert (found.line.actual, found.line.target, found.line.weight) == (17, 19, 1)
    assert (found.metric.direction, found.metric.name_zh) == ("higher_is_better", "conversion")


@pytest.mark.parametrize(("word", "direction"), [("越低越好", "lower_is_better"), ("Higher", "higher_is_better")])
def test_the_direction_is_read_in_both_languages(word: str, direction: str) -> None:
    found = read_kpi(cells(direction=word), KNOWN)
    assert found is not None
    assert found.metric.direction == direction


def test_values_are_kept_to_six_decimals() -> None:
    found = read_kpi(cells(actual="0.12345678"), KNOWN)
    assert found is not None
    assert found.line.actual == Decimal("0.123457")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"person": "S99"}, "PERSON_UNKNOWN"),
        ({"person": ""}, "REQUIRED"),
        ({"actual": ""}, "REQUIRED"),
        ({"actual": "good"}, "NOT_A_NUMBER"),
        ({"actual": "1" + "0" * 16}, "TOO_LARGE"),
        ({"weight": "-1"}, "TOO_SMALL"),
        ({"direction": "sideways"}, "NOT_A_CHOICE"),
        ({"period": "soon"}, "NOT_A_PERIOD"),
        ({"period": "", "period_from": "2026-09-01"}, "NOT_A_PERIOD"),
        ({"period": "", "period_from": "2026-09-30", "period_until": "2026-09-01"}, "NOT_A_PERIOD"),
        ({"period": ""}, "REQUIRED"),
    ],
)
def test_what_is_wrong_is_said(fields: dict[str, str], reason: str) -> None:
    assert reasons(**fields) == [reason]


def test_the_imports_own_period_stands_in_and_two_days_are_one_too() -> None:
    standing = Period(date(2026, 7, 1), date(2026, 9, 30))
    found = read_kpi(cells(period=""), KpiFile(KNOWN.people, standing))
    assert found is not None
    assert found.line.period == standing
    other = read_kpi(cells(period="", period_from="2026-08-01", period_until="2026-08-31"), KNOWN)
    assert other is not None
    assert other.line.period == parse_period("2026-08")


def test_wide_columns_are_found_by_code_or_either_name() -> None:
    names = {"conversion": ("线索转化率", "Lead conversion"), "calls": ("", "Calls")}
    found = wide_columns(("工号", "线索转化率", "CALLS", "salary"), names)
    assert [(each.column, each.metric_code) for each in found] == [("线索转化率", "conversion"), ("CALLS", "calls")]


def test_a_fact_is_the_same_by_its_reference_or_by_kind_day_and_words() -> None:
    first = fact("签下 两家客户")
    assert first.sameness == fact("签下  两家客户").sameness != fact("签下三家客户").sameness
    assert fact("a", reference="F-1").sameness == fact("b", reference="F-1").sameness


def fact(text: str, *, reference: str = "") -> FactLine:
    return FactLine(PERSON, FactKind.HIGHLIGHT, date(2026, 9, 8), text, reference=reference)


def test_the_sum_is_said_in_both_languages_with_every_number() -> None:
    said = explain(assess([observed(10, 20.0, (12, 14, 16))])[0].sum)
    assert said.en.startswith("10 against a target of 20: 50 % worse (5 % counts). Not compared with a team: fewer")
    assert said.en.endswith("Period by period: 16 → 14 → 12 → 10.")
    assert said.zh.startswith("实际 10，目标 20：差 50%（达到 5% 即为短板）。")


@pytest.mark.parametrize(("target", "words"), [(8.0, "25 % better"), (10.0, "equal"), (0.0, "has no percentage")])
def test_a_result_that_is_not_worse_says_so(target: float, words: str) -> None:
    assert words in explain(assess([observed(10, target, ())])[0].sum).en


def observed(actual: float, target: float, earlier: tuple[float, ...]) -> Observation:
    unit: UUID = new_id()
    return Observation(PERSON, None, unit, "sales", "", actual, target, False, Thresholds(5, 10, 1, 3, 5), earlier)


@pytest.mark.parametrize(("value", "text"), [(19.8333, "19.83"), (20.0, "20"), (0.1, "0.1"), (None, "")])
def test_a_number_is_shown_without_zeros_that_say_nothing(value: float | None, text: str) -> None:
    assert number(value) == text
