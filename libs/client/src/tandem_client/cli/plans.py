"""Plans as they stand. How one is drafted, signed and followed up is beside."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any

import typer

from tandem_client.api import Document
from tandem_client.cli.interviews import Case
from tandem_client.cli.language import say
from tandem_client.cli.output import Column, Item, console, print_json, show, show_list
from tandem_client.cli.people import Limit
from tandem_client.cli.reading import interview_id_of, person_id_of, plan_of
from tandem_client.cli.session import Session, session_of

app = typer.Typer(no_args_is_help=True, help=say("Improvement plans.", "绩效改进计划。"))

Plan = Annotated[
    str,
    typer.Argument(
        metavar="PLAN",
        help=say("A plan's id, or its employee: external id or `me`.", "计划编号，或员工的外部编号、me。"),
    ),
]

COLUMNS = [
    Column(say("employee", "员工"), "employee.name"),
    Column(say("manager", "经理"), "manager.name"),
    Column(say("state", "状态"), "state"),
    Column(say("revision", "版本"), "newest.revision"),
    Column(say("ends on", "截止日期"), "ends_on"),
    Column("id", "id"),
]
DETAILS = [
    *COLUMNS[:5],
    Column(say("agree by", "达成一致期限"), "agree_due_at", moment=True),
    Column(say("sign by", "签署期限"), "sign_due_at", moment=True),
    Column(say("in force since", "生效时间"), "in_force_at", moment=True),
    Column(say("next check-in", "下次跟进"), "next_check_in_due_at", moment=True),
    Column(say("next review", "下次复盘"), "next_review_due_at", moment=True),
    Column(say("open blockers", "未决卡点"), "open_blockers"),
    Column("id", "id"),
]


@app.command("list", help=say("List plans, newest first.", "列出改进计划。"))
def list_plans(
    context: typer.Context,
    employee: Annotated[str | None, typer.Option(help=say("Of this employee.", "此员工的。"))] = None,
    manager: Annotated[str | None, typer.Option(help=say("Of this manager.", "此经理的。"))] = None,
    limit: Limit = 50,
) -> None:
    """List the plans that the caller may see."""
    session = session_of(context)
    found = session.client.plans.list(
        employee_id=person_id_of(session, employee) if employee else None,
        manager_id=person_id_of(session, manager) if manager else None,
        page_size=min(limit, 200),
    )
    show_list(session, islice(found, limit), COLUMNS)


@app.command("show", help=say("Show a plan, its goals and measures.", "显示计划、目标与措施。"))
def show_plan(context: typer.Context, plan: Plan) -> None:
    """Show a plan with the numbers by which its parts are named."""
    show_whole(session_of(context), plan_of(session_of(context), plan))


@app.command("templates", help=say("Show the templates that fit a case.", "显示适用的计划模板。"))
def templates(context: typer.Context, case: Case) -> None:
    """Show the templates that fit, the most specific first."""
    session = session_of(context)
    found = session.client.plans.templates(interview_id_of(session, case))
    columns = [
        Column(say("code", "代码"), "code"),
        Column(say("name", "名称"), "name"),
        Column(say("shortfall", "短板类型"), "shortfall_type"),
        Column(say("goals", "目标数"), lambda item: len(item["goals"])),
        Column("id", "id"),
    ]
    show_list(session, found["items"], columns)


@app.command("progress", help=say("Show each goal's way to its target.", "显示各目标的进展。"))
def progress(context: typer.Context, plan: Plan) -> None:
    """Show the way from baseline to target by the KPI results since."""
    session = session_of(context)
    found = session.client.follow_up.progress(plan_of(session, plan)["id"])
    if session.as_json:
        print_json(found)
        return
    columns = [
        Column(say("metric", "指标"), "metric_code"),
        Column(say("baseline", "基线"), "baseline"),
        Column(say("target", "目标"), "target"),
        Column(say("current", "当前"), "current"),
        Column(say("way %", "进度 %"), "percent"),
        Column(say("reached", "达成"), "reached"),
    ]
    show_list(session, found["goals"], columns)


@app.command("diff", help=say("Show what changed between two revisions.", "显示两个版本之间的差异。"))
def diff(
    context: typer.Context,
    plan: Plan,
    older: Annotated[int, typer.Argument(min=1)],
    newer: Annotated[int, typer.Argument(min=1)],
) -> None:
    """Show a readable difference."""
    session = session_of(context)
    found = session.client.plans.diff(plan_of(session, plan)["id"], older, newer)
    show_list(session, found["items"], [Column(say("what changed", "变更内容"), "detail")])


def show_whole(session: Session, plan: Document) -> None:
    """Print the plan with its goals and measures, numbered."""
    if session.as_json:
        print_json(plan)
        return
    show(session, plan, DETAILS)
    columns = [
        Column("#", "number"),
        Column(say("goal / measure", "目标／措施"), "text"),
        Column(say("from", "基线"), "baseline"),
        Column(say("to", "目标值"), "target"),
        Column(say("owner", "负责人"), "owner"),
        Column(say("due", "期限"), "due_on"),
        Column(say("cadence", "频率"), "cadence"),
    ]
    show_list(session, _numbered(plan["newest"]["goals"]), columns)
    for number, answer in enumerate(plan["newest"]["answers"], start=1):
        console().print(f"{say('request', '诉求')} {number}: {_answer(answer)}")


def _numbered(goals: list[dict[str, Any]]) -> list[Item]:
    lines: list[Item] = []
    for number, goal in enumerate(goals, start=1):
        lines.append({**goal, "number": str(number)})
        for position, measure in enumerate(goal["measures"], start=1):
            owner = (measure.get("owner") or {}).get("name")
            lines.append({**measure, "number": f"{number}.{position}", "text": measure["action"], "owner": owner})
    return lines


def _answer(answer: Item) -> str:
    if not answer["answered"]:
        return say("not answered yet", "尚未答复")
    accepted = say("accepted", "接受") if answer["accepted"] else say("declined", "未采纳")
    return f"{accepted} {answer.get('reason') or ''}".strip()


def add_to(parent: typer.Typer) -> None:
    """Add the commands."""
    parent.add_typer(app, name="plan")
