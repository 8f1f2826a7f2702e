"""The talk: prepared by its sheet and agenda, held in segments, kept in the archive. Commands of `tandem interview`."""

from __future__ import annotations

from typing import Annotated

import typer

from tandem_client.cli.interviews import Case
from tandem_client.cli.language import say
from tandem_client.cli.output import Column, Item, done, print_json, show, show_list
from tandem_client.cli.reading import interview_id_of, interview_of
from tandem_client.cli.session import Session, session_of

Segment = Annotated[str, typer.Argument(help="icebreaker, review, consensus, confirmation")]
Notes = Annotated[str, typer.Option(help=say("What was said.", "记录内容。"))]

_KPI_COLUMNS = [
    Column(say("metric", "指标"), "metric_name"),
    Column(say("until", "期末"), "period_until"),
    Column(say("target", "目标"), "target"),
    Column(say("actual", "实际"), "actual"),
    Column(say("completion %", "完成率 %"), "completion_percent"),
    Column(say("team mean", "团队均值"), "team_mean"),
    Column(say("against team %", "与团队差异 %"), "team_difference_percent"),
    Column(say("trend", "趋势"), lambda item: " → ".join(item["trend"])),
]
_FACT_COLUMNS = [
    Column(say("on", "日期"), "happened_on"),
    Column(say("what", "内容"), "text"),
    Column(say("evidence", "依据"), "evidence"),
    Column("id", "id"),
]
_SEGMENT_COLUMNS = [
    Column(say("segment", "环节"), "segment"),
    Column(say("planned", "计划（分钟）"), "planned_minutes"),
    Column(say("from", "开始"), "started_at", moment=True),
    Column(say("until", "结束"), "ended_at", moment=True),
    Column(say("notes", "记录"), "notes"),
]


def sheet(context: typer.Context, case: Case) -> None:
    """Show the data sheet as it stands."""
    session = session_of(context)
    found = session.client.interviews.data_sheet(interview_id_of(session, case))
    if session.as_json:
        print_json(found)
        return
    show_list(session, found["kpis"], _KPI_COLUMNS, say("KPI results", "KPI 完成情况"))
    if found["highlights"]:
        show_list(session, found["highlights"], _FACT_COLUMNS, say("Highlights", "优秀案例"))
    if found["incidents"]:
        show_list(session, found["incidents"], _FACT_COLUMNS, say("Incidents", "工作失误"))


def agenda(context: typer.Context, case: Case) -> None:
    """Show the agenda, with what each side prepares."""
    session = session_of(context)
    found = session.client.interviews.agenda(interview_id_of(session, case))
    columns = [
        Column(say("segment", "环节"), "title"),
        Column(say("minutes", "分钟"), "minutes"),
        Column(say("purpose", "目的"), "purpose"),
        Column(say("employee prepares", "员工准备"), "employee_prepares"),
        Column(say("manager prepares", "经理准备"), "manager_prepares"),
    ]
    if session.as_json:
        print_json(found)
    else:
        show_list(session, found["items"], columns)


def start(context: typer.Context, case: Case) -> None:
    """Start the session and its first segment."""
    session = session_of(context)
    interview = interview_of(session, case)
    done(
        session,
        say("session started: icebreaker", "面谈开始：开场破冰"),
        session.client.sessions.start(interview["id"], version=interview["version"]),
    )


def segment(context: typer.Context, case: Case, segment: Segment, notes: Notes = "") -> None:
    """End the running segment and enter another; notes are of the one that ends."""
    session = session_of(context)
    interview_id = interview_id_of(session, case)
    if notes:
        _note(session, interview_id, str(session.client.sessions.get(interview_id)["current_segment"]), notes)
    entered = session.client.sessions.enter(interview_id, segment)
    done(session, say(f"now: {segment.replace('_', ' ')}", "已进入下一环节"), entered)


def note(context: typer.Context, case: Case, segment: Segment, text: Annotated[str, typer.Argument()]) -> None:
    """Keep a segment's notes."""
    session = session_of(context)
    done(session, say("kept", "已保存"), _note(session, interview_id_of(session, case), segment, text))


def end(context: typer.Context, case: Case, notes: Notes = "") -> None:
    """End the session; notes are of the segment that ends with it."""
    session = session_of(context)
    interview_id = interview_id_of(session, case)
    if notes:
        _note(session, interview_id, str(session.client.sessions.get(interview_id)["current_segment"]), notes)
    done(session, say("session ended", "面谈结束"), session.client.sessions.end(interview_id))


def show_session(context: typer.Context, case: Case) -> None:
    """Show the session's segments as they were held."""
    session = session_of(context)
    found = session.client.sessions.get(interview_id_of(session, case))
    if session.as_json:
        print_json(found)
    else:
        show_list(session, found["segments"], _SEGMENT_COLUMNS)


def archive(context: typer.Context, case: Case) -> None:
    """Show the archive's items of a case."""
    session = session_of(context)
    columns = [
        Column(say("item", "材料"), "kind"),
        Column(say("revision", "版本"), lambda item: _number(item, "revision")),
        Column(say("amendment", "变更"), lambda item: _number(item, "amendment")),
        Column(say("due", "期限"), "due_at", moment=True),
        Column(say("archived", "归档"), "archived_at", moment=True),
        Column("SHA-256", lambda item: f"{item['content_hash'][:16]}…"),
        Column("id", "id"),
    ]
    show_list(session, session.client.interviews.archive(interview_id_of(session, case)), columns)


def cancel(
    context: typer.Context,
    case: Case,
    reason: Annotated[str, typer.Option(help="opened_by_mistake, shortfall_gone, other")],
    note: Annotated[str, typer.Option(help=say("In your own words.", "说明。"))],
) -> None:
    """Cancel an open or running interview."""
    session = session_of(context)
    interview = interview_of(session, case)
    cancelled = session.client.interviews.cancel(interview["id"], reason, note, version=interview["version"])
    show(session, cancelled, [Column(say("state", "状态"), "state")])


def waive(
    context: typer.Context,
    case: Case,
    step: Annotated[str, typer.Argument(help=say("The step, such as shared.", "步骤，例如 shared。"))],
    reason: Annotated[str, typer.Option(help="absence, urgency, agreed_by_both, data_unavailable, other")],
    note: Annotated[str, typer.Option(help=say("In your own words.", "说明。"))],
    occurrence: Annotated[str, typer.Option(help=say("Of a repeated step.", "重复步骤的某一次。"))] = "",
) -> None:
    """Waive a step in one case before its due date."""
    session = session_of(context)
    waiver = {"reason": reason, "note": note, "occurrence": occurrence}
    waived = session.client.interviews.waive(interview_id_of(session, case), step, waiver)
    done(session, say("waived", "已豁免"), waived)


def _note(session: Session, interview_id: str, segment: str, text: str) -> Item:
    return session.client.sessions.note(interview_id, segment, text)


def _number(item: Item, name: str) -> object:
    return item.get(name) or ""


def add_to(parent: typer.Typer) -> None:
    """Add the commands."""
    parent.command(help=say("Show the data sheet.", "显示绩效数据统计表。"))(sheet)
    parent.command(help=say("Show the agenda.", "显示面谈议程表。"))(agenda)
    parent.command(help=say("Start the session.", "开始面谈。"))(start)
    parent.command(help=say("Enter the next segment.", "进入下一环节。"))(segment)
    parent.command(help=say("Keep a segment's notes.", "保存环节记录。"))(note)
    parent.command(help=say("End the session.", "结束面谈。"))(end)
    parent.command("session", help=say("Show the segments as held.", "显示各环节实际情况。"))(show_session)
    parent.command(help=say("Show what is archived.", "显示归档材料。"))(archive)
    parent.command(help=say("Cancel an interview.", "取消面谈。"))(cancel)
    parent.command(help=say("Waive a step.", "豁免步骤。"))(waive)
