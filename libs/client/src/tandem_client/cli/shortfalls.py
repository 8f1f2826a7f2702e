"""Shortfalls: found, accepted or dismissed."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer

from tandem_client.cli.language import say
from tandem_client.cli.output import Column, done, show, show_list
from tandem_client.cli.people import Limit, Unit
from tandem_client.cli.reading import person_id_of, playbook_id_of, shortfall_of, unit_id_of
from tandem_client.cli.session import session_of
from tandem_client.cli.watch import follow

app = typer.Typer(no_args_is_help=True, help=say("Shortfalls against target, team and past.", "绩效短板。"))

Which = Annotated[
    str, typer.Argument(metavar="SHORTFALL", help=say("Its id, or PERSON:METRIC.", "编号，或“人员:指标”。"))
]
Person = Annotated[str | None, typer.Option(help=say("Of this person.", "此人员的。"))]
Manager = Annotated[str | None, typer.Option(help=say("Of this manager's people.", "此经理下属的。"))]
State = Annotated[str | None, typer.Option(help="found, accepted, dismissed, gone")]
Test = Annotated[str | None, typer.Option(help="below_target, below_team_mean, falling")]
Metric = Annotated[str, typer.Option(help=say("Of this metric.", "此指标的。"))]
Confidence = Annotated[str | None, typer.Option(help="low, high")]


def _percent(field: str) -> Column:
    titles = {
        "below_target_percent": say("below target", "低于目标"),
        "below_mean_percent": say("below team", "低于均值"),
    }
    return Column(titles[field], lambda item: f"{value} %" if (value := item["sum"][field]) else "")


COLUMNS = [
    Column(say("person", "人员"), "person.name"),
    Column(say("metric", "指标"), "metric_code"),
    Column(say("until", "期末"), "period_until"),
    Column(say("actual", "实际"), "sum.actual"),
    Column(say("target", "目标"), "sum.target"),
    Column(say("team mean", "团队均值"), "sum.team_mean"),
    _percent("below_target_percent"),
    _percent("below_mean_percent"),
    Column(say("tests", "依据"), "met_tests"),
    Column(say("confidence", "可信度"), "confidence"),
    Column(say("state", "状态"), "state"),
    Column(say("type", "类型"), "shortfall_type"),
    Column("id", "id"),
]


@app.command("list", help=say("List shortfalls, largest first.", "列出短板，差距大者在前。"))
def list_shortfalls(
    context: typer.Context,
    person: Person = None,
    manager: Manager = None,
    unit: Unit = None,
    state: State = None,
    test: Test = None,
    metric: Metric = "",
    confidence: Confidence = None,
    limit: Limit = 50,
) -> None:
    """List shortfalls that the caller may see."""
    session = session_of(context)
    found = session.client.shortfalls.list(
        person_id=person_id_of(session, person) if person else None,
        manager_id=person_id_of(session, manager) if manager else None,
        under_unit_id=unit_id_of(session, unit) if unit else None,
        state=state,
        met_test=test,
        metric_code=metric,
        confidence=confidence,
        page_size=min(limit, 200),
    )
    show_list(session, islice(found, limit), COLUMNS)


@app.command("show", help=say("Show one with its sum.", "显示短板及其计算依据。"))
def show_shortfall(context: typer.Context, shortfall: Which) -> None:
    """Show a shortfall and how it was computed."""
    session = session_of(context)
    explained = Column(say("how", "计算"), "sum.explanation")
    show(session, shortfall_of(session, shortfall), [*COLUMNS, explained])


@app.command("find", help=say("Look for shortfalls anew.", "重新查找短板。"))
def find(
    context: typer.Context,
    from_: Annotated[str, typer.Option("--from", help=say("First day of the period.", "期间首日。"))],
    until: Annotated[str, typer.Option(help=say("Last day of the period.", "期间末日。"))],
    unit: Unit = None,
    playbook: Annotated[str, typer.Option(help=say("Whose thresholds count.", "采用其阈值的面谈规范。"))] = "standard",
) -> None:
    """Look for shortfalls in a unit, or everywhere, and a period."""
    session = session_of(context)
    search = {"period_from": from_, "period_until": until, "playbook_id": playbook_id_of(session, playbook)}
    if unit:
        search["under_unit_id"] = unit_id_of(session, unit)
    follow(session, session.client.shortfalls.find(search))


@app.command("accept", help=say("Accept a shortfall and say its type.", "确认短板并指明类型。"))
def accept(
    context: typer.Context,
    shortfall: Which,
    type_: Annotated[str, typer.Option("--type", help="skill, attitude, resource, collaboration")],
) -> None:
    """Accept a found shortfall."""
    session = session_of(context)
    found = shortfall_of(session, shortfall)
    accepted = session.client.shortfalls.accept(found["id"], type_, version=found["version"])
    done(session, say("accepted", "已确认"), accepted)


@app.command("dismiss", help=say("Dismiss a shortfall.", "排除短板。"))
def dismiss(
    context: typer.Context, shortfall: Which, reason: Annotated[str, typer.Option(help=say("Why.", "原因。"))]
) -> None:
    """Dismiss a found shortfall."""
    session = session_of(context)
    found = shortfall_of(session, shortfall)
    dismissed = session.client.shortfalls.dismiss(found["id"], reason, version=found["version"])
    done(session, say("dismissed", "已排除"), dismissed)


def add_to(parent: typer.Typer) -> None:
    """Add the commands."""
    parent.add_typer(app, name="shortfalls")
