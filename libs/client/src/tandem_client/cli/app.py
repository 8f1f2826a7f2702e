"""The `tandem` command: what comes before every command, and the commands by noun."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tandem_client.cli import (
    bookings,
    clock,
    cycles,
    disputes,
    events,
    imports,
    interviews,
    login,
    people,
    plan_drafts,
    plan_follow_up,
    plan_signing,
    plans,
    shortfalls,
    status,
    talks,
)
from tandem_client.cli.errors import run
from tandem_client.cli.language import say
from tandem_client.cli.session import Session

# Options of every command may stand anywhere; the parser wants them first.
_FLAGS, _VALUES = frozenset({"--json"}), frozenset({"--as", "--tenant", "--lang"})

app = typer.Typer(
    name="tandem",
    help=say("Performance-improvement interviews as a closed loop.", "绩效改进面谈的闭环管理。"),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

As = Annotated[
    str | None, typer.Option("--as", metavar="EXTERNAL_ID", help=say("Act as this person.", "以此人员身份操作。"))
]
Tenant = Annotated[
    str | None,
    typer.Option(metavar="NAME", help=say("Of this tenant: heron, osprey.", "所属租户：heron、osprey。")),
]
Lang = Annotated[str | None, typer.Option(metavar="zh|en", help=say("The language to answer in.", "使用的语言。"))]
AsJson = Annotated[bool, typer.Option("--json", help=say("Print JSON.", "输出 JSON。"))]


@app.callback()
def _options(
    context: typer.Context, as_: As = None, tenant: Tenant = None, lang: Lang = None, as_json: AsJson = False
) -> None:
    context.obj = Session(external_id=as_, tenant=tenant, as_json=as_json)


for commands in (login, status, people, imports, shortfalls, cycles, interviews, bookings, plans, events, clock):
    commands.add_to(app)
for commands in (talks, disputes):
    commands.add_to(interviews.app)
for commands in (plan_drafts, plan_signing, plan_follow_up):
    commands.add_to(plans.app)


def main() -> None:
    """Run the command line."""
    sys.exit(run(lambda: app(args=options_first(sys.argv[1:]), prog_name="tandem", standalone_mode=True)))


def options_first(arguments: list[str]) -> list[str]:
    """Return the arguments with the options of every command moved before the command."""
    first: list[str] = []
    rest: list[str] = []
    ahead = iter(arguments)
    for argument in ahead:
        if argument == "--":
            return [*first, *rest, argument, *ahead]
        name, equals, _ = argument.partition("=")
        if argument in _FLAGS or (name in _VALUES and equals):
            first.append(argument)
        elif name in _VALUES:
            first += [argument, *(value for value in [next(ahead, None)] if value is not None)]
        else:
            rest.append(argument)
    return [*first, *rest]
