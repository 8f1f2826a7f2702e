"""The tenant's business time."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from tandem_client.cli.errors import WorkFailed
from tandem_client.cli.language import say
from tandem_client.cli.output import local_time, print_json
from tandem_client.cli.reading import duration_of, moment_of
from tandem_client.cli.session import session_of
from tandem_client.cli.watch import follow, show_row_errors

app = typer.Typer(no_args_is_help=True, help=say("The tenant's business time.", "租户的业务时间。"))

Duration = Annotated[str | None, typer.Argument(help=say("Such as 3d, 2h30m, 1w.", "例如 3d、2h30m、1w。"))]
To = Annotated[str | None, typer.Option(help=say("The local time to reach.", "要到达的当地时间。"))]


@app.command(help=say("Show the business time.", "显示业务时间。"))
def now(context: typer.Context) -> None:
    """Show the tenant's business time in the caller's zone."""
    session = session_of(context)
    clock = session.client.clock.get()
    if session.as_json:
        print_json(clock)
        return
    moved = say(" (moved)", "（已调整）") if clock["moved"] else ""
    print(f"{local_time(session, clock['now'])} {session.zone.key}{moved}")


@app.command(help=say("Move a demo tenant's clock forward.", "将演示租户的时钟向前调整。"))
def advance(context: typer.Context, duration: Duration = None, to: To = None) -> None:
    """Move the clock by a duration or to a time, from due date to due date, and wait until all is at rest."""
    session = session_of(context)
    if (duration is None) == (to is None):
        raise typer.BadParameter(say("give a duration or --to", "请给出时长或 --to"))
    if duration is not None:
        present = datetime.fromisoformat(session.client.clock.get()["now"])
        target = present + duration_of(duration)
    else:
        target = moment_of(session, str(to))
    operation = session.client.clock.advance(target)
    try:
        follow(session, operation)
    except WorkFailed:
        if not session.as_json:
            show_row_errors(session, operation)
        raise
    if not session.as_json:
        now(context)


def add_to(parent: typer.Typer) -> None:
    """Add the commands."""
    parent.add_typer(app, name="clock")
