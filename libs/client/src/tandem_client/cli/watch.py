"""Long work, followed on the screen until it ends."""

from __future__ import annotations

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
SHOWN_ERRORS = 50

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
    "created": "新增",
    "updated": "更新",
    "corrected": "更正",
    "unchanged": "未变",
    "in_error": "有误",
    "placeholders": "占位人员",
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
    """Print the first of the rows that are wrong, and the warnings, as a table on the error stream's side."""
    errors = list(session.client.operations.errors(operation_id))
    columns = [
        Column(say("row", "行"), "row"),
        Column(say("field", "字段"), "field"),
        Column(say("kind", "类别"), lambda each: _kind_of_error(each["warning"])),
        Column(say("what is wrong", "问题"), "detail"),
    ]
    show_list(session, errors[:SHOWN_ERRORS], columns)
    if (more := len(errors) - SHOWN_ERRORS) > 0:
        console().print(say(f"... and {more} more", f"……另有 {more} 条"))


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
