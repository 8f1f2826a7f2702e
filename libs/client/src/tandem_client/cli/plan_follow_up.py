"""A plan in force: check-ins, blockers, amendments, reviews. Commands of `tandem plan`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tandem_client.api import Document
from tandem_client.cli.language import say
from tandem_client.cli.output import Column, done, print_json, show_list
from tandem_client.cli.plan_drafts import Action, Cadence, Due, Means, Owner
from tandem_client.cli.plan_parts import goal_of, governing_of, measure_of
from tandem_client.cli.plans import Plan
from tandem_client.cli.reading import person_id_of, plan_of
from tandem_client.cli.session import session_of

blocker_app = typer.Typer(no_args_is_help=True, help=say("What stops a measure.", "执行卡点。"))

Number = Annotated[str, typer.Argument(help=say("The measure, such as 1.2.", "措施编号，如 1.2。"))]
Note = Annotated[str, typer.Option(help=say("In your own words.", "说明。"))]
Blocker = Annotated[str, typer.Argument(help=say("The blocker's id.", "卡点编号。"))]


def check_in(
    context: typer.Context,
    plan: Plan,
    goal: Annotated[
        list[str],
        typer.Option(help=say("1=on_track or 1=at_risk:11.5 with the value.", "1=on_track，或带数值 1=at_risk:11.5。")),
    ],
    measure: Annotated[
        list[str] | None, typer.Option(help=say("1.2=on_track:50 percent.", "1.2=on_track:50（百分比）。"))
    ] = None,
    note: Note = "",
) -> None:
    """Record the check-in of the running period as the manager."""
    session = session_of(context)
    found = plan_of(session, plan)
    revision = governing_of(found)
    goals, measures = [], []
    for each in goal:
        number, state, value = progress_of(each)
        goals.append({"goal_id": goal_of(revision, number)["id"], "state": state, "current": value or None})
    for each in measure or []:
        number, state, value = progress_of(each)
        percent = int(value) if value.isdigit() else 0
        measures.append({"measure_id": measure_of(revision, number)["id"], "state": state, "percent": percent})
    body = {"goals": goals, "measures": measures, "note": note}
    made = session.client.follow_up.check_in(found["id"], body, version=found["version"])
    done(session, say("checked in", "跟进已记录"), made)


def check_ins(context: typer.Context, plan: Plan) -> None:
    """List the plan's periods with their check-ins."""
    session = session_of(context)
    columns = [
        Column(say("due", "期限"), "due_at", moment=True),
        Column(say("recorded", "记录时间"), "check_in.recorded_at", moment=True),
        Column(say("missed", "未跟进"), "missed"),
        Column(say("note", "说明"), "check_in.note"),
    ]
    show_list(session, session.client.follow_up.check_ins(plan_of(session, plan)["id"]), columns)


def report(
    context: typer.Context,
    plan: Plan,
    number: Number,
    state: Annotated[str, typer.Argument(help="on_track, at_risk, off_track, done")],
    percent: Annotated[int, typer.Option(min=0, max=100)] = 0,
    note: Note = "",
) -> None:
    """Report how a measure goes, as its owner, the employee or the manager."""
    session = session_of(context)
    found = plan_of(session, plan)
    measure_id = measure_of(governing_of(found), number)["id"]
    made = session.client.follow_up.report(found["id"], measure_id, {"state": state, "percent": percent, "note": note})
    done(session, say("reported", "已报告"), made)


def review(
    context: typer.Context,
    plan: Plan,
    verdict: Annotated[
        str | None,
        typer.Argument(
            help=say("Without it, show the sheet: continue, adjust, ...", "不填则显示数据：continue、adjust……")
        ),
    ] = None,
    note: Note = "",
) -> None:
    """Record a stage review as the manager, or show its figures: before and after."""
    session = session_of(context)
    found = plan_of(session, plan)
    if verdict is None:
        _show_sheet(context, found)
        return
    made = session.client.follow_up.review(found["id"], verdict, note, version=found["version"])
    done(session, say("reviewed", "复盘已记录"), made)


def amend(
    context: typer.Context,
    plan: Plan,
    number: Number,
    action: Action = None,
    owner: Owner = None,
    resource: Means = None,
    cadence: Cadence = None,
    due: Due = None,
    reason: Annotated[str, typer.Option(help=say("Why.", "理由。"))] = "",
) -> None:
    """Propose to replace a measure inside its goal and dates; what is not given stays."""
    session = session_of(context)
    found = plan_of(session, plan)
    old = measure_of(governing_of(found), number)
    body: dict[str, Any] = {
        "measure_id": old["id"],
        "action": action or old["action"],
        "owner_id": person_id_of(session, owner) if owner else old["owner"]["id"],
        "resource": resource if resource is not None else old.get("resource") or "",
        "cadence": cadence if cadence is not None else old.get("cadence") or "",
        "due_on": due or old["due_on"],
        "reason": reason,
    }
    made = session.client.follow_up.propose_amendment(found["id"], body, version=found["version"])
    done(session, say("proposed; the employee acknowledges it", "已提出，待员工确认"), made)


def acknowledge(context: typer.Context, plan: Plan) -> None:
    """Acknowledge the proposed amendment of a plan as its employee."""
    session = session_of(context)
    follow_up = session.client.follow_up
    listed = follow_up.amendments(plan_of(session, plan)["id"])
    proposed = next((each for each in listed if each["state"] == "proposed"), None)
    if proposed is None:
        raise typer.BadParameter(say("nothing is proposed", "没有待确认的变更"))
    made = follow_up.acknowledge_amendment(proposed["id"], version=proposed["version"])
    done(session, say("acknowledged", "已确认变更"), made)


@blocker_app.command("raise", help=say("Raise a blocker.", "提出卡点。"))
def raise_blocker(
    context: typer.Context,
    plan: Plan,
    text: Annotated[str, typer.Argument(help=say("What stops it.", "卡点内容。"))],
    owner: Annotated[str, typer.Option(help=say("Who resolves it.", "由谁解决。"))],
    measure: Annotated[str | None, typer.Option(help=say("The measure, such as 1.2.", "措施编号，如 1.2。"))] = None,
    by: Annotated[str | None, typer.Option(help=say("The last day.", "最迟日期。"))] = None,
) -> None:
    """Raise a blocker with an owner and a deadline."""
    session = session_of(context)
    found = plan_of(session, plan)
    body = {
        "text": text,
        "owner_id": person_id_of(session, owner),
        "measure_id": measure_of(governing_of(found), measure)["id"] if measure else None,
        "resolve_by_on": by,
    }
    made = session.client.follow_up.raise_blocker(found["id"], body)
    done(session, say(f"blocker {made['id']}", f"已提出卡点 {made['id']}"), made)


@blocker_app.command("list", help=say("List a plan's blockers.", "列出卡点。"))
def list_blockers(context: typer.Context, plan: Plan) -> None:
    """List the blockers by deadline."""
    session = session_of(context)
    columns = [
        Column(say("what", "内容"), "text"),
        Column(say("owner", "负责人"), "owner.name"),
        Column(say("by", "期限"), "resolve_by", moment=True),
        Column(say("state", "状态"), "state"),
        Column("id", "id"),
    ]
    show_list(session, session.client.follow_up.blockers(plan_id=plan_of(session, plan)["id"]), columns)


@blocker_app.command("resolve", help=say("Resolve a blocker.", "解决卡点。"))
def resolve(
    context: typer.Context, blocker: Blocker, how: Annotated[str, typer.Argument(help=say("How.", "如何解决。"))]
) -> None:
    """Resolve a blocker and say how."""
    session = session_of(context)
    done(session, say("resolved", "已解决"), session.client.follow_up.resolve_blocker(blocker, how))


@blocker_app.command("escalate", help=say("Escalate a blocker to the HRBP.", "将卡点升级给 HRBP。"))
def escalate(context: typer.Context, blocker: Blocker) -> None:
    """Escalate an open blocker before its deadline does."""
    session = session_of(context)
    done(session, say("escalated", "已升级"), session.client.follow_up.escalate_blocker(blocker))


def progress_of(text: str) -> tuple[str, str, str]:
    """Return number, state and value of `1=on_track:12.5`; the value may be absent."""
    number, equals, rest = text.partition("=")
    if not equals:
        raise typer.BadParameter(say(f"{text} is not NUMBER=STATE", f"{text} 不是“编号=状态”"))
    state, _, value = rest.partition(":")
    return number, state, value


def _show_sheet(context: typer.Context, plan: Document) -> None:
    session = session_of(context)
    sheet = session.client.follow_up.review_sheet(plan["id"])
    if session.as_json:
        print_json(sheet)
        return
    columns = [
        Column(say("metric", "指标"), "metric_code"),
        Column(say("before", "之前"), "baseline"),
        Column(say("now", "现在"), "current"),
        Column(say("target", "目标"), "target"),
        Column(say("way %", "进度 %"), "percent"),
    ]
    show_list(session, sheet["goals"], columns)


def add_to(parent: typer.Typer) -> None:
    """Add the commands."""
    parent.command("check-in", help=say("Record the check-in.", "记录每周跟进。"))(check_in)
    parent.command("check-ins", help=say("List the check-ins.", "列出每周跟进。"))(check_ins)
    parent.command(help=say("Report on a measure.", "报告措施进展。"))(report)
    parent.command(help=say("Review the plan.", "阶段性复盘。"))(review)
    parent.command(help=say("Replace a measure.", "替换措施。"))(amend)
    parent.command(help=say("Acknowledge an amendment.", "确认措施变更。"))(acknowledge)
    parent.add_typer(blocker_app, name="blocker")
