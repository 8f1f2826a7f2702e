"""What a file of incidents and highlights says: its fields, their header names, and one row as a line."""

from uuid import UUID

from common.tabular import Cells

from interview_record.domain.kpi import FactKind, FactLine
from interview_record.domain.kpi_file import read_person

ALIASES: dict[str, tuple[str, ...]] = {
    "person": ("工号", "员工编号", "员工工号", "employee id", "employee number", "emp id", "external id"),
    "kind": ("类型", "类别", "事实类型", "type"),
    "happened_on": ("日期", "发生日期", "date", "day"),
    "text": ("内容", "描述", "事实", "说明", "description", "what happened"),
    "evidence": ("证据", "依据", "佐证", "proof"),
    "reference": ("编号", "单号", "id", "ref"),
}
KINDS: dict[str, tuple[str, ...]] = {
    FactKind.INCIDENT: ("工作失误", "失误", "事故", "error", "mistake"),
    FactKind.HIGHLIGHT: ("优秀案例", "亮点", "表扬", "success", "praise"),
}


def read_fact(cells: Cells, people: dict[str, UUID]) -> FactLine | None:
    """Return the fact, or None where the cells hold a violation by now."""
    person = read_person(cells, people)
    kind = cells.choice("kind", KINDS, required=True)
    happened_on = cells.date("happened_on", required=True)
    text = cells.text("text", required=True, max_length=4000)
    evidence = cells.text("evidence", max_length=4000)
    reference = cells.text("reference", max_length=255)
    if cells.violations or person is None or happened_on is None:
        return None
    return FactLine(person, FactKind(kind), happened_on, text, evidence, reference)
