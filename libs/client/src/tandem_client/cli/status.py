"""What waits for the caller, and long work."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer

from tandem_client.cli.language import say
from tandem_client.cli.output import Column, console, print_json, show_list
from tandem_client.cli.people import Limit
from tandem_client.cli.session import session_of
from tandem_client.cli.watch import follow, show_row_errors

STEP_COLUMNS = [
    Column(say("due", "期限"), "due_at", moment=True),
    Column(say("step", "步骤"), "step"),
    Column(say("employee", "员工"), "employee.name"),
    Column("", "verdict"),
    Column(say("interview", "面谈"), "interview_id"),
]
MESSAGE_COLUMNS = [
    Column(say("sent", "时间"), "sent_at", moment=True),
    Column(say("message", "消息"), "title"),
    Column("id", "id"),
]


def status(context: typer.Context, limit: Limit = 20) -> None:
    """Show the steps and unread messages that wait for the caller."""
    session = session_of(context)
    steps = list(islice(session.client.ledger.open_steps(responsible_person_id=session.me["person_id"]), limit))
    messages = list(islice(session.client.messages.list(unread_only=True), limit))
    if session.as_json:
        print_json({"steps": steps, "messages": messages})
        return
    if not steps and not messages:
        console().print(say("nothing waits for you", "没有待办事项"))
    if steps:
        show_list(session, steps, STEP_COLUMNS, say("Open for you", "待办步骤"))
    if messages:
        show_list(session, messages, MESSAGE_COLUMNS, say("Unread", "未读消息"))


def watch(
    context: typer.Context, operation: Annotated[str, typer.Argument(help=say("The operation's id.", "操作编号。"))]
) -> None:
    """Follow long work until it ends."""
    session = session_of(context)
    ended = follow(session, operation)
    if ended["error_count"] and not session.as_json:
        show_row_errors(session, operation)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(help=say("Show what waits for me.", "显示我的待办。"))(status)
    app.command(help=say("Follow long work until it ends.", "跟踪长时操作直至结束。"))(watch)
