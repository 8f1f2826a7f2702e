from typing import Any

import pytest
from common.errors import Invalid
from common.tabular import ColumnMissing, MappedRow, Mapping, open_table

FIELDS = ["external_id", "name", "unit", "family", "locale", "metric_code", "actual", "target", "weight"]
PEOPLE = "EmpID,Name,Department,Salary\n10,张三,Production   ,9\n11,Li,Sales,8\n".encode()
DOCUMENT: dict[str, Any] = {
    "columns": {"external_id": "EmpID", "name": "Name", "unit": "Department"},
    "defaults": {"locale": "en"},
    "rules": [{"field": "family", "column": "Department", "values": {"production": "operations", "Sales": "sales"}}],
}


def mapped(document: dict[str, Any], content: bytes = PEOPLE) -> list[MappedRow]:
    return list(Mapping.of(document, FIELDS).rows(open_table(content)))


def test_columns_defaults_and_rules_make_the_fields() -> None:
    first, second = mapped(DOCUMENT)
    assert first.number == 2
    assert first.fields == {
        "external_id": "10",
        "name": "张三",
        "unit": "Production",
        "family": "operations",
        "locale": "en",
    }
    assert second.fields["family"] == "sales"


def test_columns_that_are_not_mapped_go_no_further() -> None:
    assert all("Salary" not in row.source and "9" not in row.fields.values() for row in mapped(DOCUMENT))


def test_a_value_without_a_rule_is_an_error_of_its_row_only_and_is_not_quoted() -> None:
    document = {**DOCUMENT, "rules": [{"field": "family", "column": "Department", "values": {"Sales": "sales"}}]}
    first, second = mapped(document)
    (violation,) = first.violations
    assert (violation.field, violation.reason) == ("family", "VALUE_NOT_MAPPED")
    assert "Production" not in violation.en + violation.zh
    assert second.violations == ()


def test_a_rule_may_have_a_value_for_all_others_and_one_for_nothing() -> None:
    rule = {"field": "family", "column": "Department", "values": {"Sales": "sales"}, "otherwise": "functional"}
    assert [row.fields["family"] for row in mapped({**DOCUMENT, "rules": [rule]})] == ["functional", "sales"]
    nothing = {"field": "family", "column": "Department", "values": {"Sales": "", "production": "operations"}}
    assert [row.fields["family"] for row in mapped({**DOCUMENT, "rules": [nothing]})] == ["operations", ""]
    assert all(row.violations == () for row in mapped({**DOCUMENT, "rules": [nothing]}))


def test_a_default_fills_an_empty_cell_but_never_replaces_one() -> None:
    document = {"columns": {"external_id": "id", "locale": "lang"}, "defaults": {"locale": "en"}}
    rows = mapped(document, b"id,lang\n1,zh-CN\n2,\n")
    assert [row.fields["locale"] for row in rows] == ["zh-CN", "en"]


def test_a_wide_file_gives_a_row_per_filled_metric() -> None:
    document = {
        "columns": {"external_id": "EmpID"},
        "metric_columns": [
            {"column": "Calls", "metric_code": "calls", "target": "40", "weight": "0.5"},
            {"column": "Score", "metric_code": "score", "target_column": "Goal", "values": {"Exceeds": "4"}},
        ],
    }
    rows = mapped(document, b"EmpID,Calls,Score,Goal\n1,35,Exceeds,3\n2,,2,\n")
    unsaid = {"direction": "", "measure_unit": ""}
    calls = unsaid | {"metric_code": "calls", "name_zh": "Calls", "name_en": "Calls", "weight": "0.5"}
    score = unsaid | {"metric_code": "score", "name_zh": "Score", "name_en": "Score", "weight": ""}
    assert [(row.number, row.fields) for row in rows] == [
        (2, calls | {"external_id": "1", "actual": "35", "target": "40"}),
        (2, score | {"external_id": "1", "actual": "4", "target": "3"}),
        (3, score | {"external_id": "2", "actual": "2", "target": ""}),
    ]
    assert rows[0].headers["actual"] == "Calls"
    assert rows[0].source == {"EmpID": "1", "Calls": "35", "Score": "Exceeds", "Goal": "3"}


def test_header_names_are_found_in_both_languages_case_and_signs_aside() -> None:
    aliases = {"external_id": ["工号", "employee number"], "hired_on": ["入职日期", "date of hire"], "unit": ["部门"]}
    mapping = Mapping.auto(["Employee_Number", "入职日期", "Notes", "UNIT", "部门"], aliases)
    assert mapping.columns == {"external_id": "Employee_Number", "hired_on": "入职日期", "unit": "UNIT"}


def test_a_file_without_a_mapped_column_is_refused_by_that_columns_name() -> None:
    mapping = Mapping.of(DOCUMENT, FIELDS)
    mapping.check([" empid ", "NAME", "Department"])
    with pytest.raises(ColumnMissing) as refused:
        mapping.check(["EmpID", "Name"])
    assert [violation.en for violation in refused.value.fields] == ["The file has no column Department."]


@pytest.mark.parametrize(
    ("document", "path", "reason"),
    [
        ({"columns": {"salary": "Salary"}}, "columns.salary", "FIELD_UNKNOWN"),
        ({"defaults": {"salary": 1}}, "defaults.salary", "FIELD_UNKNOWN"),
        ({"rules": [{"field": "salary", "column": "x"}]}, "rules[0].field", "FIELD_UNKNOWN"),
        ({"colums": {}}, "colums", "SECTION_UNKNOWN"),
        ({"rules": [{"field": "name", "colum": "x"}]}, "mapping", "MAPPING_MALFORMED"),
        ({"columns": "EmpID"}, "mapping", "MAPPING_MALFORMED"),
    ],
)
def test_a_mapping_that_is_wrong_is_refused_with_the_place(document: dict[str, Any], path: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        Mapping.of(document, FIELDS)
    assert [(one.field, one.reason) for one in refused.value.fields] == [(path, reason)]
