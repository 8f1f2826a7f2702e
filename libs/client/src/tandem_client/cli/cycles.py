"""Cycles: drafted, previewed, launched, closed."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any

import typer

from tandem_client.cli.language import say
from tandem_client.cli.output import Column, Item, console, done, print_json, show, show_list
from tandem_client.cli.people import Limit
from tandem_client.cli.reading import cycle_of, person_id_of, playbook_id_of, unit_id_of
from tandem_client.cli.session import session_of
from tandem_client.cli.watch import follow
from tandem_client.cli.words import word

app = typer.Typer(no_args_is_help=True, help=say("Cycles of interviews.", "面谈批次。"))

Which = Annotated[str, typer.Argument(metavar="CYCLE", help=say("Its id, its name, or `last`.", "编号、名称或 last。"))]
Units = Annotated[list[str] | None, typer.Option("--unit", help=say("Only these units.", "仅限这些业务单元。"))]
Families = Annotated[
    list[str] | None, typer.Option("--family", help=say("Only these job families.", "仅限这些岗位序列。"))
]
Types = Annotated[
    list[str] | None, typer.Option("--type", help=say("Only these employee types.", "仅限这些员工类型。"))
]
People = Annotated[list[str] | None, typer.Option("--include", help=say("These people too.", "另外包括这些人员。"))]
Excluded = Annotated[list[str] | None, typer.Option("--exclude", help=say("Not these people.", "不包括这些人员。"))]


def _name(cycle: Item) -> str:
    return str(cycle["name"][say("en", "zh_cn")])


COLUMNS = [
    Column(say("name", "名称"), _name),
    Column(say("state", "状态"), "state"),
    Column(say("period", "考核期间"), lambda cycle: f"{cycle['period_from']} – {cycle['period_until']}"),
    Column(say("window", "面谈窗口"), lambda cycle: f"{cycle['window_from']} – {cycle['window_until']}"),
    Column(say("members", "人数"), "members"),
    Column(say("left out", "未纳入"), "left_out"),
    Column("id", "id"),
]


@app.command("list", help=say("List cycles, newest first.", "列出批次。"))
def list_cycles(context: typer.Context, limit: Limit = 50) -> None:
    """List the cycles."""
    session = session_of(context)
    show_list(session, islice(session.client.cycles.list(), limit), COLUMNS)


@app.command("create", help=say("Draft a cycle.", "新建批次草稿。"))
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=say("Its name.", "名称。"))],
    period: Annotated[tuple[str, str], typer.Option(help=say("First and last day talked about.", "考核期间首末日。"))],
    window: Annotated[tuple[str, str], typer.Option(help=say("First and last day to hold it.", "面谈窗口首末日。"))],
    playbook: Annotated[str, typer.Option(help="standard, light, ...")] = "standard",
    name_en: Annotated[str, typer.Option(help=say("Its name in English.", "英文名称。"))] = "",
    unit: Units = None,
    family: Families = None,
    type_: Types = None,
    include: People = None,
    exclude: Excluded = None,
    core_only: Annotated[bool, typer.Option(help=say("Only core families.", "仅限核心序列。"))] = False,
    accepted_shortfall: Annotated[
        bool, typer.Option(help=say("Only who has an accepted shortfall.", "仅限有已确认短板者。"))
    ] = True,
) -> None:
    """Draft a cycle over everybody who meets all that is given."""
    session = session_of(context)
    population: dict[str, Any] = {
        "unit_ids": [unit_id_of(session, each) for each in unit or []],
        "job_families": family or [],
        "core_families_only": core_only,
        "employee_types": type_ or [],
        "with_accepted_shortfall": accepted_shortfall,
        "include_person_ids": [person_id_of(session, each) for each in include or []],
        "exclude_person_ids": [person_id_of(session, each) for each in exclude or []],
    }
    made = session.client.cycles.create(
        {
            "name": {"zh_cn": name, "en": name_en or name},
            "playbook_id": playbook_id_of(session, playbook),
            "period_from": period[0],
            "period_until": period[1],
            "window_from": window[0],
            "window_until": window[1],
            "population": population,
        }
    )
    done(session, say(f"drafted {made['id']}", f"已新建草稿 {made['id']}"), made)


@app.command("show", help=say("Show a cycle and its counts.", "显示批次及统计。"))
def show_cycle(context: typer.Context, cycle: Which) -> None:
    """Show one cycle."""
    session = session_of(context)
    states = Column(
        say("interviews", "面谈"),
        lambda item: ", ".join(f"{word(state)} {count}" for state, count in item["interviews_by_state"].items()),
    )
    show(session, cycle_of(session, cycle), [*COLUMNS, states])


@app.command("preview", help=say("Show whom it would reach, and why not the others.", "预览纳入与未纳入人员及原因。"))
def preview(
    context: typer.Context,
    cycle: Which,
    left_out: Annotated[bool, typer.Option("--left-out", help=say("Who is left out.", "仅未纳入者。"))] = False,
    limit: Limit = 50,
) -> None:
    """Show whom the cycle would reach."""
    session = session_of(context)
    cycle_id = cycle_of(session, cycle)["id"]
    filters = {"left_out_only": left_out, "included_only": not left_out, "page_size": min(limit, 200)}
    page = session.client.cycles.preview(cycle_id, **filters)
    if session.as_json:
        print_json(page)
        return
    columns = [
        Column(say("person", "人员"), "person.name"),
        Column(say("included", "纳入"), "included"),
        Column(say("why not", "未纳入原因"), "left_out_reason"),
        Column(say("without manager", "暂无经理"), "needs_manager"),
        Column(say("shortfalls", "短板数"), lambda item: len(item["shortfall_ids"])),
    ]
    show_list(session, islice(session.client.cycles.previewed(cycle_id, **filters), limit), columns)
    reasons = ", ".join(f"{word(reason)} {count}" for reason, count in page["left_out_by_reason"].items())
    counted = say(
        f"{page['included']} included, {page['left_out']} left out",
        f"纳入 {page['included']} 人，未纳入 {page['left_out']} 人",
    )
    console().print(f"{counted}{f' ({reasons})' if reasons else ''}")


@app.command("launch", help=say("Freeze the population and open the interviews.", "固定人员范围并开启面谈。"))
def launch(context: typer.Context, cycle: Which) -> None:
    """Launch a cycle and wait until its interviews are open."""
    session = session_of(context)
    found = cycle_of(session, cycle)
    follow(session, session.client.cycles.launch(found["id"], version=found["version"]))


@app.command("close", help=say("End a cycle; open interviews go on.", "关闭批次；进行中的面谈继续。"))
def close(context: typer.Context, cycle: Which) -> None:
    """Close a launched cycle."""
    session = session_of(context)
    found = cycle_of(session, cycle)
    closed = session.client.cycles.close(found["id"], version=found["version"])
    done(session, say("closed", "已关闭"), closed)


def add_to(parent: typer.Typer) -> None:
    """Add the commands."""
    parent.add_typer(app, name="cycle")
