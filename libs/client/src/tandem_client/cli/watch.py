"""Long work, followed on the screen until it ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from tandem_client.api import Document
from tandem_client.cli.errors import WorkFailed
from tandem_client.cli.language import say
from tandem_client.cli.output import Column, console, print_json, show_list
from tandem_client.cli.session import Session
from tandem_client.cli.words import word

# As many as a screen holds; the error file has them all.
SHOWN_LINES, SHOWN_ROWS = 40, 8

_KINDS_ZH = {
    "import_people": "导入人员",
    "import_kpis": "导入 KPI",
    "import_facts": "导入事实",
    "find_shortfalls": "查找短板",
    "launch_cycle": "启动批次",
    "advance_clock": "调整时钟",
    "undo_import": "撤销导入",
}
_COUNTERS_ZH = {
    "rows": "行数",
    "created": "新增",
    "updated": "更新",
    "corrected": "更正",
    "unchanged": "未变",
    "in_error": "有误",
    "under_placeholders": "上级为占位人员",
    "members": "成员",
    "opened": "已开启",
    "left_out": "未纳入",
    "found": "发现",
}


def follow(session: Session, operation_id: str) -> Document:
    """Show the operation until it ends, and what came of it. Raises WorkFailed unless it succeeded."""
    last = Document()
    with _progress() as progress:
        task = progress.add_task("", total=None)
        for last in session.client.operations.follow(operation_id):
            _update(progress, task, last)
    if session.as_json:
        print_json(last)
    else:
        _conclude(last)
    if last["state"] != "succeeded":
        raise WorkFailed
    return last


def show_row_errors(session: Session, operation_id: str) -> None:
    """Print what is wrong and in which rows; what is wrong alike is one line."""
    alike: dict[tuple[bool, str, str], list[int]] = defaultdict(list)
    for error in session.client.operations.errors(operation_id):
        alike[error["warning"], error["field"], error["detail"]].append(error["row"])
    lines = [
        {"kind": _kind_of_error(warning), "field": field, "detail": detail, "rows": _rows(rows), "count": len(rows)}
        for (warning, field, detail), rows in sorted(alike.items(), key=lambda each: each[0][0])
    ]
    columns = [
        Column(say("kind", "类别"), "kind"),
        Column(say("field", "字段"), "field"),
        Column(say("what is wrong", "问题"), "detail"),
        Column(say("count", "条数"), "count"),
        Column(say("rows", "行"), "rows"),
    ]
    show_list(session, lines[:SHOWN_LINES], columns)
    if (more := len(lines) - SHOWN_LINES) > 0:
        console().print(say(f"... and {more} more", f"……另有 {more} 类"))


def _rows(rows: list[int]) -> str:
    shown = ", ".join(str(row) for row in rows[:SHOWN_ROWS])
    return f"{shown}, …" if len(rows) > SHOWN_ROWS else shown


def _progress() -> Progress:
    parts = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    screen = console(errors=True)
    return Progress(*parts, console=screen, transient=True, disable=not screen.is_terminal)


def _update(progress: Progress, task: TaskID, operation: Mapping[str, Any]) -> None:
    progress.update(task, description=_kind(operation), completed=operation["done"], total=operation["total"])


def _conclude(operation: Mapping[str, Any]) -> None:
    counted = " · ".join(f"{_counter(name)} {count}" for name, count in sorted(operation["results"].items()))
    failure = f" ({operation['failure_reason']})" if operation["failure_reason"] else ""
    style = "green" if operation["state"] == "succeeded" else "red"
    console().print(f"[{style}]{_kind(operation)}: {word(operation['state'])}{failure}[/{style}] {counted}")


def _kind(operation: Mapping[str, Any]) -> str:
    kind = str(operation["kind"])
    return say(kind.replace("_", " "), _KINDS_ZH.get(kind, kind))


def _counter(name: str) -> str:
    return say(name.replace("_", " "), _COUNTERS_ZH.get(name, name))


def _kind_of_error(warning: bool) -> str:
    return say("warning", "提示") if warning else say("error", "错误")
