"""A plan in draft: goals, measures, answers, the linter. Commands of `tandem plan`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tandem_client.cli.interviews import Case
from tandem_client.cli.language import say
from tandem_client.cli.output import Column, console, done, print_json, show_list
from tandem_client.cli.plan_parts import goal_of, measure_of, revision_of
from tandem_client.cli.plans import Plan
from tandem_client.cli.reading import interview_id_of, is_id, person_id_of, plan_of
from tandem_client.cli.session import Session, session_of

Text = Annotated[str | None, typer.Option(help=say("What is to be reached.", "目标内容。"))]
Metric = Annotated[str | None, typer.Option(help=say("The metric's code.", "指标代码。"))]
Baseline = Annotated[str | None, typer.Option(help=say("Where it stands.", "基线值。"))]
Target = Annotated[str | None, typer.Option(help=say("Where it is to be.", "目标值。"))]
MeasureUnit = Annotated[str | None, typer.Option("--unit", help=say("Its unit.", "单位。"))]
Lower = Annotated[bool, typer.Option("--lower-is-better", help=say("Less is better.", "越低越好。"))]
Due = Annotated[str | None, typer.Option(help=say("The last day: 2026-11-13.", "期限：2026-11-13。"))]
Action = Annotated[str | None, typer.Option(help=say("What is done.", "措施内容。"))]
Owner = Annotated[str | None, typer.Option(help=say("Who does it: external id or `me`.", "负责人：外部编号或 me。"))]
Means = Annotated[str | None, typer.Option("--resource", help=say("What it needs.", "所需资源。"))]
Cadence = Annotated[str | None, typer.Option(help=say("How often.", "频率。"))]


def draft(
    context: typer.Context,
    case: Case,
    template: Annotated[
        list[str] | None, typer.Option(help=say("Start from this one: code or id.", "模板代码或编号。"))
    ] = None,
) -> None:
    """Start the plan of an interview, empty or from templates."""
    session = session_of(context)
    interview_id = interview_id_of(session, case)
    made = session.client.plans.draft(
        interview_id, [_template_id(session, interview_id, each) for each in template or []]
    )
    done(session, say(f"drafted {made['id']}", f"已起草 {made['id']}"), made)


def goal(
    context: typer.Context,
    plan: Plan,
    number: Annotated[str | None, typer.Argument(help=say("Change this goal.", "修改此目标。"))] = None,
    text: Text = None,
    metric: Metric = None,
    baseline: Baseline = None,
    target: Target = None,
    unit: MeasureUnit = None,
    lower: Lower = False,
    due: Due = None,
) -> None:
    """Add a goal to the draft, or change one; what is not given stays."""
    session = session_of(context)
    found = plan_of(session, plan)
    given = {
        "text": text,
        "metric_code": metric,
        "baseline": baseline,
        "target": target,
        "measure_unit": unit,
        "direction": "lower_is_better" if lower else None,
        "due_on": due,
    }
    plans = session.client.plans
    if number is None:
        body = {"direction": "higher_is_better", **_given(given)}
        changed = plans.add_goal(found["id"], body, version=found["version"])
    else:
        old = goal_of(revision_of(found), number)
        kept = {name: old[name] for name in (*given, "shortfall_id") if name in old}
        changed = plans.put_goal(found["id"], old["id"], {**kept, **_given(given)}, version=found["version"])
    done(session, say("goal kept", "目标已保存"), changed)


def measure(
    context: typer.Context,
    plan: Plan,
    number: Annotated[str, typer.Argument(help=say("Of goal 1, or change measure 1.2.", "目标 1，或修改措施 1.2。"))],
    action: Action = None,
    owner: Owner = None,
    resource: Means = None,
    cadence: Cadence = None,
    due: Due = None,
) -> None:
    """Add a measure to a goal of the draft, or change one; what is not given stays."""
    session = session_of(context)
    found = plan_of(session, plan)
    goal_number, _, position = number.partition(".")
    given = _given(
        {
            "action": action,
            "owner_id": person_id_of(session, owner) if owner else None,
            "resource": resource,
            "cadence": cadence,
            "due_on": due,
        }
    )
    body: dict[str, Any] = {"goal_id": goal_of(revision_of(found), goal_number)["id"]}
    plans = session.client.plans
    if not position:
        changed = plans.add_measure(found["id"], {**body, **given}, version=found["version"])
    else:
        old = measure_of(revision_of(found), number)
        kept = {name: old[name] for name in ("action", "resource", "cadence", "due_on") if old.get(name)}
        kept["owner_id"] = (old.get("owner") or {}).get("id")
        changed = plans.put_measure(found["id"], old["id"], {**body, **kept, **given}, version=found["version"])
    done(session, say("measure kept", "措施已保存"), changed)


def remove(
    context: typer.Context, plan: Plan, number: Annotated[str, typer.Argument(help=say("1 or 1.2", "1 或 1.2"))]
) -> None:
    """Remove a goal with its measures, or one measure."""
    session = session_of(context)
    found = plan_of(session, plan)
    revision, version, plans = revision_of(found), found["version"], session.client.plans
    if "." in number:
        changed = plans.remove_measure(found["id"], measure_of(revision, number)["id"], version=version)
    else:
        changed = plans.remove_goal(found["id"], goal_of(revision, number)["id"], version=version)
    done(session, say("removed", "已移除"), changed)


def answer(
    context: typer.Context,
    plan: Plan,
    request: Annotated[int, typer.Argument(min=1, help=say("Which request, from 1.", "第几项诉求，从 1 起。"))],
    accept: Annotated[
        str | None, typer.Option(help=say("The measure that does it.", "接受：对应措施，如 1.2。"))
    ] = None,
    decline: Annotated[str | None, typer.Option(help=say("Why not.", "未采纳的理由。"))] = None,
) -> None:
    """Answer a request of the self-analysis."""
    session = session_of(context)
    if (accept is None) == (decline is None):
        raise typer.BadParameter(say("either --accept or --decline", "请用 --accept 或 --decline 之一"))
    found = plan_of(session, plan)
    revision = revision_of(found)
    if request > len(revision["answers"]):
        raise typer.BadParameter(say("there is no such request", "没有这项诉求"))
    body: dict[str, Any] = {"accepted": accept is not None, "reason": decline or ""}
    if accept is not None:
        body["measure_id"] = measure_of(revision, accept)["id"]
    request_id = revision["answers"][request - 1]["request_id"]
    changed = session.client.plans.answer(found["id"], request_id, body, version=found["version"])
    done(session, say("answered", "已答复"), changed)


def check(context: typer.Context, plan: Plan) -> None:
    """Show what stops the offer, and what is worth a second look."""
    session = session_of(context)
    found = session.client.plans.check(plan_of(session, plan)["id"])
    if session.as_json:
        print_json(found)
    elif not found["items"]:
        console().print(say("nothing to improve", "没有需要改进之处"))
    else:
        columns = [
            Column("", lambda item: say("error", "错误") if item["error"] else say("warning", "提示")),
            Column(say("where", "位置"), "field"),
            Column(say("what", "内容"), "detail"),
        ]
        show_list(session, found["items"], columns)


def _template_id(session: Session, interview_id: str, text: str) -> str:
    if is_id(text):
        return text
    fitting = session.client.plans.templates(interview_id)["items"]
    found = next((each for each in fitting if each["code"] == text), None)
    if found is None:
        raise typer.BadParameter(say(f"no fitting template {text}", f"没有适用的模板 {text}"))
    return str(found["id"])


def _given(values: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def add_to(parent: typer.Typer) -> None:
    """Add the commands."""
    parent.command(help=say("Start a plan.", "起草计划。"))(draft)
    parent.command(help=say("Add or change a goal.", "新增或修改目标。"))(goal)
    parent.command(help=say("Add or change a measure.", "新增或修改措施。"))(measure)
    parent.command(help=say("Remove a goal or measure.", "移除目标或措施。"))(remove)
    parent.command(help=say("Answer a request.", "答复诉求。"))(answer)
    parent.command(help=say("Check the draft.", "检查草稿。"))(check)
