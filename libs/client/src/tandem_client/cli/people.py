"""People, units and who holds which role."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer

from tandem_client.cli.language import say
from tandem_client.cli.output import Column, done, show_list
from tandem_client.cli.reading import moment_of, person_id_of, unit_id_of
from tandem_client.cli.session import session_of

app = typer.Typer(no_args_is_help=True, help=say("People and their roles.", "人员与角色。"))

Person = Annotated[str, typer.Argument(help=say("External id, id or `me`.", "外部编号、编号或 me。"))]
Unit = Annotated[
    str | None, typer.Option(help=say("A unit's code or id, and all under it.", "业务单元代码或编号，含下级。"))
]
Manager = Annotated[str | None, typer.Option(help=say("Who report to this person.", "此人的下属。"))]
Name = Annotated[str, typer.Option(help=say("The beginning of a name.", "姓名开头。"))]
All = Annotated[bool, typer.Option("--all", help=say("Also who has left.", "包括已离职人员。"))]
Placeholders = Annotated[bool, typer.Option("--placeholders", help=say("Only placeholders.", "仅占位人员。"))]
Limit = Annotated[int, typer.Option(min=1, help=say("At most so many.", "最多条数。"))]

COLUMNS = [
    Column(say("external id", "外部编号"), "external_id"),
    Column(say("name", "姓名"), "name"),
    Column(say("post", "职位"), "post"),
    Column(say("manager", "经理"), "manager.name"),
    Column(say("family", "序列"), "job_family"),
    Column(say("level", "职级"), "level"),
    Column(say("type", "类型"), "employee_type"),
    Column(say("left on", "离职日期"), "left_on"),
]


@app.command("list", help=say("List people.", "列出人员。"))
def list_people(
    context: typer.Context,
    unit: Unit = None,
    manager: Manager = None,
    name: Name = "",
    all_: All = False,
    placeholders: Placeholders = False,
    limit: Limit = 50,
) -> None:
    """List the people whom the caller may see."""
    session = session_of(context)
    found = session.client.people.list(
        under_unit_id=unit_id_of(session, unit) if unit else None,
        manager_id=person_id_of(session, manager) if manager else None,
        name=name,
        include_inactive=all_,
        placeholders_only=placeholders,
        page_size=min(limit, 200),
    )
    show_list(session, islice(found, limit), COLUMNS)


@app.command("units", help=say("List units.", "列出业务单元。"))
def list_units(context: typer.Context) -> None:
    """List the units."""
    columns = [Column(say("code", "代码"), "code"), Column(say("name", "名称"), "name"), Column("id", "id")]
    show_list(session_of(context), session_of(context).client.units.list(), columns)


@app.command("grant", help=say("Give a person a role.", "授予角色。"))
def grant(
    context: typer.Context,
    person: Person,
    role: Annotated[str, typer.Argument(help="hrbp, hr_admin, auditor")],
    unit: Unit = None,
) -> None:
    """Give a person a role over a unit and all under it; an HRBP needs one."""
    session = session_of(context)
    unit_id = unit_id_of(session, unit) if unit else None
    made = session.client.grants.create(person_id_of(session, person), role, unit_id)
    done(session, say(f"{made['person']['name']} is {role}", f"{made['person']['name']}：{role}"), made)


@app.command("change-manager", help=say("Give a person another manager.", "更换直属经理。"))
def change_manager(
    context: typer.Context,
    person: Person,
    manager: Annotated[str | None, typer.Option("--to", help=say("The new manager.", "新经理。"))] = None,
    on: Annotated[str | None, typer.Option(help=say("From this day on.", "生效日期。"))] = None,
) -> None:
    """Give a person another manager from a day on; without one, the HRBP holds the cases."""
    session = session_of(context)
    day = moment_of(session, on).date().isoformat() if on else None
    change = {"manager_id": person_id_of(session, manager) if manager else None, "effective_on": day}
    changed = session.client.people.change_manager(person_id_of(session, person), change)
    done(session, say("manager changed", "经理已更换"), changed)


def add_to(parent: typer.Typer) -> None:
    """Add the commands."""
    parent.add_typer(app, name="people")
