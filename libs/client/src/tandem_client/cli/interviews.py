"""Interviews: opened, prepared, shared, evaluated, and their ledger. The talk itself is in `talks`."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any

import typer

from tandem_client.api import Document
from tandem_client.cli.language import say
from tandem_client.cli.output import Column, console, done, print_json, show, show_list
from tandem_client.cli.people import Limit, Unit
from tandem_client.cli.reading import (
    cycle_of,
    interview_id_of,
    interview_of,
    person_id_of,
    playbook_id_of,
    shortfall_of,
    unit_id_of,
)
from tandem_client.cli.session import Session, session_of
from tandem_client.problems import TandemProblem

app = typer.Typer(no_args_is_help=True, help=say("Interviews, from opened to closed.", "绩效改进面谈。"))

Case = Annotated[
    str,
    typer.Argument(
        metavar="CASE",
        help=say("An interview's id, or its employee: external id or `me`.", "面谈编号，或员工的外部编号、me。"),
    ),
]

COLUMNS = [
    Column(say("employee", "员工"), "employee.name"),
    Column(say("manager", "经理"), "manager.name"),
    Column(say("state", "状态"), "state"),
    Column(say("hold by", "最迟举行"), "hold_by"),
    Column(say("booked", "约定时间"), "booked_starts_at", moment=True),
    Column(say("shared", "材料共享"), "briefed_at", moment=True),
    Column("id", "id"),
]
DETAILS = [
    *COLUMNS[:4],
    Column(say("core goal", "核心目标"), "core_goal"),
    Column(say("directions", "初步方向"), lambda item: "; ".join(item.get("directions") or [])),
    Column(say("data confirmed", "数据确认"), "data_confirmed_at", moment=True),
    *COLUMNS[4:6],
    Column(say("self-analysis", "自我分析"), "self_analysis_submitted_at", moment=True),
    Column(say("started", "开始"), "session_started_at", moment=True),
    Column(say("ended", "结束"), "session_ended_at", moment=True),
    Column(say("open disputes", "未决异议"), "open_disputes"),
    Column(say("outcome", "结果"), "conclusion"),
    Column(say("archived", "归档"), "archived_at", moment=True),
    Column(say("plan", "改进计划"), "plan_id"),
    Column("id", "id"),
]
LEDGER_COLUMNS = [
    Column(say("step", "步骤"), "step"),
    Column("", "occurrence"),
    Column(say("due", "期限"), "due_at", moment=True),
    Column(say("done", "完成"), "done_at", moment=True),
    Column(say("verdict", "结论"), "verdict"),
]


@app.command("list", help=say("List interviews, newest first.", "列出面谈。"))
def list_interviews(
    context: typer.Context,
    cycle: Annotated[str | None, typer.Option(help=say("Of this cycle.", "此批次的。"))] = None,
    employee: Annotated[str | None, typer.Option(help=say("Of this employee.", "此员工的。"))] = None,
    manager: Annotated[str | None, typer.Option(help=say("Of this manager.", "此经理的。"))] = None,
    unit: Unit = None,
    needs_manager: Annotated[bool, typer.Option("--needs-manager", help=say("Without manager.", "暂无经理。"))] = False,
    limit: Limit = 50,
) -> None:
    """List the interviews that the caller may see."""
    session = session_of(context)
    found = session.client.interviews.list(
        cycle_id=cycle_of(session, cycle)["id"] if cycle else None,
        employee_id=person_id_of(session, employee) if employee else None,
        manager_id=person_id_of(session, manager) if manager else None,
        under_unit_id=unit_id_of(session, unit) if unit else None,
        needs_manager_only=needs_manager,
        page_size=min(limit, 200),
    )
    show_list(session, islice(found, limit), COLUMNS)


@app.command("show", help=say("Show an interview.", "显示面谈。"))
def show_interview(context: typer.Context, case: Case) -> None:
    """Show where a case stands."""
    session = session_of(context)
    # Lists hold no texts.
    show(session, session.client.interviews.get(interview_id_of(session, case)), DETAILS)


@app.command("open", help=say("Open an interview outside a cycle.", "在批次之外开启面谈。"))
def open_interview(
    context: typer.Context,
    employee: Annotated[str, typer.Argument(help=say("The employee.", "员工。"))],
    period: Annotated[tuple[str, str], typer.Option(help=say("First and last day talked about.", "考核期间首末日。"))],
    hold_by: Annotated[str, typer.Option(help=say("The last day to hold it.", "最迟举行日期。"))],
    playbook: Annotated[str, typer.Option(help="standard, light, ...")] = "standard",
    shortfall: Annotated[
        list[str] | None, typer.Option(help=say("Accepted ones: id or METRIC.", "已确认短板：编号或指标。"))
    ] = None,
) -> None:
    """Open a single interview with an employee."""
    session = session_of(context)
    named = [each if ":" in each or "-" in each else f"{employee}:{each}" for each in shortfall or []]
    opened = session.client.interviews.open(
        {
            "employee_id": person_id_of(session, employee),
            "playbook_id": playbook_id_of(session, playbook),
            "hold_by": hold_by,
            "period_from": period[0],
            "period_until": period[1],
            "shortfall_ids": [shortfall_of(session, each)["id"] for each in named],
        }
    )
    done(session, say(f"opened {opened['id']}", f"已开启 {opened['id']}"), opened)


@app.command("confirm-data", help=say("Confirm that the facts are complete.", "确认数据完整。"))
def confirm_data(context: typer.Context, case: Case) -> None:
    """Confirm the data of a case."""
    session = session_of(context)
    interview = interview_of(session, case)
    confirmed = session.client.interviews.confirm_data(interview["id"], version=interview["version"])
    done(session, say("data confirmed", "数据已确认"), confirmed)


@app.command(
    "goal", help=say("Set the core goal and directions; without them, suggest.", "设定核心目标与方向；不填则给出建议。")
)
def goal(
    context: typer.Context,
    case: Case,
    text: Annotated[str, typer.Argument(metavar="[GOAL]", help=say("The core goal.", "核心目标。"))] = "",
    direction: Annotated[list[str] | None, typer.Option(help=say("An initial direction.", "初步方向。"))] = None,
) -> None:
    """Set the core goal of a case, or show suggestions."""
    session = session_of(context)
    interview = interview_of(session, case)
    if not text:
        _suggest(session, interview)
        return
    changed = session.client.interviews.set_core_goal(
        interview["id"], text, direction or [], version=interview["version"]
    )
    done(session, say("core goal set", "核心目标已设定"), changed)


def _suggest(session: Session, interview: Document) -> None:
    columns = [
        Column(say("core goal", "核心目标"), "core_goal"),
        Column(say("directions", "初步方向"), lambda item: "\n".join(item["directions"])),
        Column(say("why", "理由"), "reason"),
    ]
    found = session.client.interviews.suggestions(interview["id"])
    show_list(session, found["items"], columns)


@app.command("share", help=say("Freeze the briefing and share it.", "固定面谈材料并共享给员工。"))
def share(context: typer.Context, case: Case) -> None:
    """Share the briefing of a case; again, as a correction."""
    session = session_of(context)
    interview = interview_of(session, case)
    shared = session.client.interviews.share_briefing(interview["id"], version=interview["version"])
    done(session, say("briefing shared", "材料已共享"), shared)


@app.command("self-analysis", help=say("Show, keep or submit the self-analysis.", "查看、保存或提交自我分析。"))
def self_analysis(
    context: typer.Context,
    case: Case,
    results: Annotated[str, typer.Option(help=say("My view of the results.", "对结果的看法。"))] = "",
    causes: Annotated[str, typer.Option(help=say("The causes.", "原因。"))] = "",
    request: Annotated[list[str] | None, typer.Option(help=say("What I ask for.", "改进诉求。"))] = None,
    submit: Annotated[bool, typer.Option("--submit", help=say("Submit it.", "提交。"))] = False,
) -> None:
    """Keep what is given as the employee's draft, submit it where asked, and show it."""
    session = session_of(context)
    interview_id = interview_id_of(session, case)
    interviews = session.client.interviews
    if results or causes or request:
        content: dict[str, Any] = {"results_view": results, "causes": causes, "requests": request or []}
        interviews.save_self_analysis(interview_id, content, version=_saved_version(session, interview_id))
    if submit:
        interviews.submit_self_analysis(interview_id)
    columns = [
        Column(say("results", "结果"), "results_view"),
        Column(say("causes", "原因"), "causes"),
        Column(say("requests", "诉求"), lambda item: "; ".join(each["text"] for each in item["requests"])),
        Column(say("submitted", "提交时间"), "submitted_at", moment=True),
    ]
    show(session, interviews.self_analysis(interview_id), columns)


def _saved_version(session: Session, interview_id: str) -> int:
    try:
        return int(session.client.interviews.self_analysis(interview_id)["version"])
    except TandemProblem as problem:
        if problem.status == 404:
            return 0
        raise


@app.command("evaluate", help=say("Rate the session, once.", "评价本次面谈（仅一次）。"))
def evaluate(
    context: typer.Context,
    case: Case,
    scores: Annotated[str, typer.Option(help=say("Four scores of 1 to 5: 5,4,5,4.", "四项评分，1 至 5：5,4,5,4。"))],
    preparation: Annotated[int, typer.Option(min=1, max=5, help=say("The other's preparation.", "对方的准备。"))],
    text: Annotated[str, typer.Option(help=say("In your own words.", "补充说明。"))] = "",
) -> None:
    """Rate the session of a case as its employee or manager."""
    session = session_of(context)
    given = [int(each) for each in scores.replace(" ", "").split(",") if each.isdigit()]
    evaluation = {"content_scores": given, "preparation_score": preparation, "text": text}
    made = session.client.interviews.evaluate(interview_id_of(session, case), evaluation)
    done(session, say("thank you", "感谢您的评价"), made)


@app.command("ledger", help=say("Show every step: due, done, verdict.", "显示合规台账：期限、完成、结论。"))
def ledger(context: typer.Context, case: Case) -> None:
    """Show the compliance ledger of a case."""
    session = session_of(context)
    found = session.client.ledger.interview(interview_id_of(session, case))
    if session.as_json:
        print_json(found)
        return
    show_list(session, found["rows"], LEDGER_COLUMNS)
    if not found["counts"]:
        console().print(say("verdict: still open", "结论：尚未到期"))
    elif found["compliant"]:
        console().print(say("verdict: [green]compliant[/green]", "结论：[green]合规[/green]"))
    else:
        console().print(say("verdict: [red]not compliant[/red]", "结论：[red]不合规[/red]"))


def add_to(parent: typer.Typer) -> None:
    """Add the commands."""
    parent.add_typer(app, name="interview")
