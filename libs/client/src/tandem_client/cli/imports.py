"""Files into the platform: upload, read, and the rows that failed back as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
import yaml

from tandem_client.api import Document, Json
from tandem_client.cli.errors import WorkFailed
from tandem_client.cli.language import say
from tandem_client.cli.output import console
from tandem_client.cli.session import Session, session_of
from tandem_client.cli.watch import follow, show_row_errors

app = typer.Typer(no_args_is_help=True, help=say("Read people, KPI results and facts.", "导入人员、KPI 结果与事实。"))

File = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help=say("A CSV or XLSX file.", "CSV 或 XLSX 文件。"))
]
MappingFile = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        exists=True,
        dir_okay=False,
        help=say(
            "How columns become fields (YAML); without it, by header names.", "列与字段的映射（YAML）；缺省按表头识别。"
        ),
    ),
]
Sheet = Annotated[str, typer.Option(help=say("The sheet of an XLSX file.", "XLSX 的工作表。"))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=say("Report, write nothing.", "只检查，不写入。"))]
AllOrNothing = Annotated[
    bool, typer.Option("--all-or-nothing", help=say("One bad row keeps all out.", "任一行有误则全部不写入。"))
]
From = Annotated[str, typer.Option("--from", help=say("First day of the period.", "期间首日。"))]
Until = Annotated[str, typer.Option("--until", help=say("Last day of the period.", "期间末日。"))]


@app.command("people", help=say("Read people.", "导入人员。"))
def people(
    context: typer.Context,
    file: File,
    mapping: MappingFile = None,
    sheet: Sheet = "",
    dry_run: DryRun = False,
    all_or_nothing: AllOrNothing = False,
) -> None:
    """Import people from a file."""
    session = session_of(context)
    request = _request(session, file, mapping, sheet, dry_run, all_or_nothing)
    _run(session, session.client.people.import_file, request, file)


@app.command("kpis", help=say("Read KPI results, one per row or one per column.", "导入 KPI 结果（长表或宽表）。"))
def kpis(
    context: typer.Context,
    file: File,
    mapping: MappingFile = None,
    sheet: Sheet = "",
    from_: From = "",
    until: Until = "",
    dry_run: DryRun = False,
    all_or_nothing: AllOrNothing = False,
) -> None:
    """Import KPI results from a file; its period is in its columns, its mapping's defaults, or the options."""
    session = session_of(context)
    request = _request(session, file, mapping, sheet, dry_run, all_or_nothing)
    wide = bool((request.get("mapping") or {}).get("metric_columns"))
    request["layout"] = "wide" if wide else "long"
    request |= {name: day for name, day in (("period_from", from_), ("period_until", until)) if day}
    _run(session, session.client.kpis.import_file, request, file)


@app.command("facts", help=say("Read incidents and highlights.", "导入工作失误与优秀案例。"))
def facts(
    context: typer.Context,
    file: File,
    mapping: MappingFile = None,
    sheet: Sheet = "",
    dry_run: DryRun = False,
    all_or_nothing: AllOrNothing = False,
) -> None:
    """Import incidents and highlights from a file."""
    session = session_of(context)
    request = _request(session, file, mapping, sheet, dry_run, all_or_nothing)
    _run(session, session.client.facts.import_file, request, file)


def read_mapping(path: Path) -> Json:
    """Return a mapping file's document, every scalar as the text it is in the file."""
    try:
        # This loader makes strings, lists and dictionaries, nothing else; `yes` and `2026-01-01` stay words.
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    except yaml.YAMLError as broken:
        raise typer.BadParameter(say(f"{path} is no YAML: {broken}", f"{path} 不是 YAML：{broken}")) from None
    if not isinstance(document, dict):
        raise typer.BadParameter(say(f"{path} holds no mapping", f"{path} 中没有映射"))
    return dict(document)


def _request(
    session: Session, file: Path, mapping: Path | None, sheet: str, dry_run: bool, all_or_nothing: bool
) -> Json:
    document = read_mapping(mapping) if mapping else None
    uploaded = session.client.files.upload(file.read_bytes(), "import")
    return {
        "file_id": uploaded["id"],
        "file_name": file.name,
        # A workbook is a zip, whatever its name says.
        "format": "xlsx" if uploaded["kind"] == "office" else "csv",
        "sheet": sheet,
        "mapping": document,
        "dry_run": dry_run,
        "all_or_nothing": all_or_nothing,
    }


def _run(session: Session, start: Callable[[Json], str], request: Json, file: Path) -> None:
    operation_id = start(request)
    try:
        operation = follow(session, operation_id)
    except WorkFailed:
        operation = session.client.operations.get(operation_id)
        _report(session, operation, file)
        raise
    _report(session, operation, file)
    if operation["error_count"]:
        raise WorkFailed


def _report(session: Session, operation: Document, file: Path) -> None:
    if session.as_json or not (operation["error_count"] or operation["warning_count"]):
        return
    show_row_errors(session, operation["id"])
    if operation["error_file_id"]:
        path = error_path(file)
        path.write_bytes(session.client.operations.error_file(operation["id"]))
        console().print(say(f"to correct and import again: {path}", f"更正后可再次导入：{path}"))


def error_path(file: Path) -> Path:
    """Return where the rows that failed are kept: in the working folder, named after the file."""
    return Path(f"{file.stem}-errors{file.suffix}")


def add_to(parent: typer.Typer) -> None:
    """Add the commands."""
    parent.add_typer(app, name="import")
