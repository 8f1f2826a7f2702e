"""What a file of KPI results says: its fields, their header names, and one value as a line."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from common.tabular import Cells, Mapping, MetricColumn

from interview_record.domain.kpi import LARGEST, PLACES, Direction, KpiLine
from interview_record.domain.periods import Period, parse_period

ALIASES: dict[str, tuple[str, ...]] = {
    "person": ("工号", "员工编号", "员工工号", "employee id", "employee number", "emp id", "external id"),
    "metric_code": ("指标", "指标代码", "kpi", "metric", "metric code"),
    "metric_name": ("指标名称", "metric name", "kpi name"),
    "period": ("周期", "考核周期", "期间", "month", "quarter"),
    "period_from": ("周期开始", "开始日期", "from", "period start"),
    "period_until": ("周期结束", "结束日期", "until", "period end"),
    "target": ("目标", "目标值", "goal"),
    "actual": ("实际", "实际值", "完成值", "完成情况", "result", "value"),
    "weight": ("权重",),
    "direction": ("方向", "better"),
    "measure_unit": ("单位", "unit"),
}
# What the mapping says of a wide column's metric comes in the same row.
FIELDS = (*ALIASES, "name_zh", "name_en")
DIRECTIONS = {
    "higher": ("越高越好", "高", "up", "higher_is_better", "higher is better"),
    "lower": ("越低越好", "低", "down", "lower_is_better", "lower is better"),
}


@dataclass(frozen=True)
class NewMetric:
    """A metric as the file describes it, in case that the tenant has none of the code."""

    code: str
    name_zh: str
    name_en: str
    measure_unit: str
    direction: Direction


@dataclass(frozen=True)
class KpiFile:
    """What a row alone does not say: who is who, and the period of rows that name none."""

    people: dict[str, UUID] = field(default_factory=dict)
    period: Period | None = None


@dataclass(frozen=True)
class ReadKpi:
    """One value of the file, with the metric it may have to bring along."""

    line: KpiLine
    metric: NewMetric


def read_kpi(cells: Cells, known: KpiFile) -> ReadKpi | None:
    """Return the value, or None where the cells hold a violation by now."""
    person = read_person(cells, known.people)
    code = cells.text("metric_code", required=True, max_length=64)
    period = _period(cells, known.period)
    actual, target = _value(cells, "actual", required=True), _value(cells, "target")
    weight = cells.decimal("weight", minimum=0, maximum=LARGEST)
    direction = cells.choice("direction", DIRECTIONS) or "higher"
    measure_unit = cells.text("measure_unit", max_length=32)
    name = cells.text("metric_name", max_length=200) or code
    zh, en = cells.text("name_zh", max_length=200) or name, cells.text("name_en", max_length=200) or name
    if cells.violations or person is None or period is None or actual is None:
        return None
    plain_weight = Decimal(1) if weight is None else weight.quantize(PLACES)
    line = KpiLine(person, code, period, target, actual, plain_weight)
    way = Direction.LOWER if direction == "lower" else Direction.HIGHER
    return ReadKpi(line, NewMetric(code, zh, en, measure_unit, way))


def read_person(cells: Cells, people: dict[str, UUID]) -> UUID | None:
    """Return whom the row is about, by the id in the HR system."""
    external_id = cells.text("person", required=True, max_length=255)
    if external_id and external_id not in people:
        cells.refuse("person", "PERSON_UNKNOWN", en="is nobody known here", zh="查无此人")
    return people.get(external_id)


def wide_columns(headers: tuple[str, ...], names: dict[str, tuple[str, str]]) -> list[MetricColumn]:
    """Return the columns that are called as a metric of the tenant: by its code or one of its two names."""
    known = {called.casefold(): code for code, both in names.items() for called in (code, *both) if called}
    return [MetricColumn(header, known[header.casefold()]) for header in headers if header.casefold() in known]


def with_metrics(mapping: Mapping, columns: list[MetricColumn]) -> Mapping:
    """Return the mapping with a column per metric."""
    return Mapping(mapping.columns, mapping.defaults, mapping.rules, mapping.date_formats, columns)


def _value(cells: Cells, name: str, *, required: bool = False) -> Decimal | None:
    value = cells.decimal(name, required=required, minimum=-LARGEST, maximum=LARGEST)
    return None if value is None else value.quantize(PLACES)


def _period(cells: Cells, standing: Period | None) -> Period | None:
    before = len(cells.violations)
    if named := cells.text("period"):
        try:
            return parse_period(named)
        except ValueError:
            cells.refuse(
                "period",
                "NOT_A_PERIOD",
                en="is no period such as 2026-09, 2026Q3, 2026H1 or 2026",
                zh="不是周期（例如 2026-09、2026Q3、2026H1、2026）",
            )
            return None
    first, last = cells.date("period_from"), cells.date("period_until")
    if len(cells.violations) > before:
        return None
    return _between(cells, first, last) if first or last else _standing(cells, standing)


def _between(cells: Cells, first: date | None, last: date | None) -> Period | None:
    if first is None or last is None or first > last:
        cells.refuse(
            "period_from",
            "NOT_A_PERIOD",
            en="and the period's last day do not make a period",
            zh="与周期结束日期不能构成有效周期",
        )
        return None
    return Period(first, last)


def _standing(cells: Cells, standing: Period | None) -> Period | None:
    if standing is None:
        cells.refuse("period", "REQUIRED", en="is empty, and the import names no period", zh="为空，且导入未指定周期")
    return standing
