"""From a file's columns to fields: by a mapping document or by known header names; unmapped columns end here."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from common.errors import FieldViolation, Invalid
from common.tabular.reading import BLANKS, Table

# The fields of one metric of a wide file, which has a column per metric.
METRIC_CODE, ACTUAL, TARGET, WEIGHT = "metric_code", "actual", "target", "weight"


class ColumnMissing(Invalid):
    """The mapping names columns that the file does not have."""

    reason = "COLUMN_MISSING"
    en = "The file lacks columns that the mapping names."
    zh = "文件缺少映射中指定的列。"


@dataclass(frozen=True)
class Rule:
    """A field computed from a column by a table of values; without `otherwise` an unlisted value is an error."""

    field: str
    column: str
    values: Dict[str, str] = attribute(default_factory=dict)
    otherwise: str = ""


@dataclass(frozen=True)
class MetricColumn:
    """One metric of a wide file: its cell is the actual value, the target a constant or another column."""

    column: str
    metric_code: str
    target: str = ""
    target_column: str = ""
    weight: str = ""
    values: Dict[str, str] = attribute(default_factory=dict)
    direction: str = ""
    measure_unit: str = ""
    name_zh: str = ""
    name_en: str = ""

    def facts(self) -> dict[str, str]:
        """Return what the column says of its metric and of every value in it."""
        return {
            METRIC_CODE: self.metric_code,
            WEIGHT: self.weight,
            "direction": self.direction,
            "measure_unit": self.measure_unit,
            "name_zh": self.name_zh or self.column,
            "name_en": self.name_en or self.column,
        }


@dataclass(frozen=True)
class MappedRow:
    """One row as fields; `source` holds the mapped columns as they were, `headers` the header of each field."""

    number: int
    fields: Dict[str, str]
    source: Dict[str, str]
    headers: Dict[str, str]
    violations: tuple[FieldViolation, ...] = ()


@dataclass(frozen=True)
class Mapping:
    """How columns become fields; the shape of the contract's ImportMapping and of a mapping file."""

    columns: Dict[str, str] = attribute(default_factory=dict)
    defaults: Dict[str, str] = attribute(default_factory=dict)
    rules: Sequence[Rule] = ()
    date_formats: Sequence[str] = ()
    metric_columns: Sequence[MetricColumn] = ()

    @classmethod
    def of(cls, document: Dict[str, Any], fields: Iterable[str]) -> "Mapping":
        """Read a mapping document (YAML or JSON, names as in the contract); `fields` are those that exist.

        Raises Invalid for a key, a field or a rule that does not exist, with its path.
        """
        try:
            mapping = cls(
                columns=dict(document.get("columns") or {}),
                defaults={name: str(value) for name, value in (document.get("defaults") or {}).items()},
                rules=[Rule(**each) for each in document.get("rules") or []],
                date_formats=list(document.get("date_formats") or []),
                metric_columns=[MetricColumn(**each) for each in document.get("metric_columns") or []],
            )
        except (TypeError, AttributeError, ValueError):
            raise Invalid(fields=[_violation("mapping", "MAPPING_MALFORMED", "", "")]) from None
        mapping._refuse_unknown(document, frozenset(fields))
        return mapping

    @classmethod
    def auto(cls, headers: Iterable[str], aliases: Dict[str, Sequence[str]]) -> "Mapping":
        """Find the columns by name: the field's own or one of its aliases, case, blanks and signs aside.

        Where two columns fit a field, the first is taken.
        """
        known = {_plain(name): field for field, names in aliases.items() for name in (field, *names)}
        columns: dict[str, str] = {}
        for header in headers:
            if (field := known.get(_plain(header))) is not None:
                columns.setdefault(field, header)
        return cls(columns)

    def check(self, headers: Iterable[str]) -> None:
        """Raise ColumnMissing if the file lacks a column that the mapping names."""
        present = {_key(header) for header in headers}
        if missing := [column for column in self._named() if _key(column) not in present]:
            raise ColumnMissing(fields=[_violation(f"columns[{name}]", "COLUMN_MISSING", name, "") for name in missing])

    def rows(self, table: Table) -> Iterator[MappedRow]:
        """Yield the table's rows as fields: one per row, or one per filled metric of a wide file."""
        wanted = {_key(column) for column in self._named()}
        for number, cells in table.rows():
            known = {header: text for header, text in cells.items() if _key(header) in wanted}
            yield from self._map(number, known)

    def _map(self, number: int, source: dict[str, str]) -> Iterator[MappedRow]:
        cells = {_key(header): text for header, text in source.items()}
        headers = {**self.columns, **{rule.field: rule.column for rule in self.rules}}
        fields = {field: cells.get(_key(column), "") for field, column in self.columns.items()}
        violations = []
        for rule in self.rules:
            given = cells.get(_key(rule.column), "")
            found = _look_up(rule.values, given, rule.otherwise)
            if not found and given and not _listed(rule.values, given):
                violations.append(_violation(rule.field, "VALUE_NOT_MAPPED", given, rule.column))
            fields[rule.field] = found or fields.get(rule.field, "")
        fields |= {field: value for field, value in self.defaults.items() if not fields.get(field)}
        if not self.metric_columns:
            yield MappedRow(number, fields, source, headers, tuple(violations))
            return
        for metric in self.metric_columns:
            actual = cells.get(_key(metric.column), "")
            if not actual:
                continue
            actual = _look_up(metric.values, actual, actual)
            target = cells.get(_key(metric.target_column), "") if metric.target_column else metric.target
            one = {**metric.facts(), ACTUAL: actual, TARGET: target}
            names = {**headers, ACTUAL: metric.column, TARGET: metric.target_column or metric.column}
            yield MappedRow(number, {**fields, **one}, source, names, tuple(violations))

    def _named(self) -> list[str]:
        metrics = (each for metric in self.metric_columns for each in (metric.column, metric.target_column) if each)
        return list(dict.fromkeys([*self.columns.values(), *(rule.column for rule in self.rules), *metrics]))

    def _refuse_unknown(self, document: Dict[str, Any], known: frozenset[str]) -> None:
        paths = {f"columns.{name}": name for name in self.columns}
        paths |= {f"defaults.{name}": name for name in self.defaults}
        paths |= {f"rules[{n}].field": rule.field for n, rule in enumerate(self.rules)}
        wrong = [_violation(path, "FIELD_UNKNOWN", name, "") for path, name in paths.items() if name not in known]
        sections = set(document) - set(Mapping.__dataclass_fields__)
        wrong += [_violation(name, "SECTION_UNKNOWN", name, "") for name in sorted(sections)]
        if wrong:
            raise Invalid(fields=wrong)


_TEXTS = {
    "MAPPING_MALFORMED": (
        "A mapping has columns, defaults, rules, date_formats and metric_columns; one of them is not of its form.",
        "映射由 columns、defaults、rules、date_formats、metric_columns 组成，其中有一项格式不正确。",
    ),
    "FIELD_UNKNOWN": ("There is no field {value}.", "不存在字段 {value}。"),
    "SECTION_UNKNOWN": ("A mapping has no section {value}.", "映射中没有 {value} 这一部分。"),
    "COLUMN_MISSING": ("The file has no column {value}.", "文件中没有“{value}”列。"),
    "VALUE_NOT_MAPPED": (
        "The mapping has no rule for this value of {column}.",
        "映射中没有适用于“{column}”列此值的规则。",
    ),
}


def _violation(path: str, reason: str, value: str, column: str) -> FieldViolation:
    en, zh = (text.format(value=value, column=column) for text in _TEXTS[reason])
    return FieldViolation(path, reason, en, zh)


def _look_up(values: Dict[str, str], given: str, otherwise: str) -> str:
    return next((str(found) for value, found in values.items() if _key(str(value)) == _key(given)), otherwise)


def _listed(values: Dict[str, str], given: str) -> bool:
    return any(_key(str(value)) == _key(given) for value in values)


def _key(text: str) -> str:
    return text.strip(BLANKS).casefold()


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
