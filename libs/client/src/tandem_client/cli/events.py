"""The events between the services, as they pass; for developers of a stack on this machine."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from tandem_client.cli.event_types import readable
from tandem_client.cli.language import say
from tandem_client.cli.output import console
from tandem_client.cli.session import session_of

if TYPE_CHECKING:
    from nats.aio.msg import Msg
    from nats.js import JetStreamContext

app = typer.Typer(no_args_is_help=True, help=say("The events between the services.", "服务之间的事件。"))

STREAMS = ("directory", "scheduling", "interview-record", "plan-tracking", "notification")
# The reply prefix that the broker allows the reading user.
_INBOX = "_INBOX.tail"


@app.command("tail", help=say("Print events as they pass; Ctrl-C ends it.", "实时输出事件；按 Ctrl-C 结束。"))
def tail(
    context: typer.Context,
    service: Annotated[list[str] | None, typer.Option(help=say("Only of these services.", "仅限这些服务。"))] = None,
    since_start: Annotated[
        bool, typer.Option("--all", help=say("From the oldest kept.", "从最早保留的开始。"))
    ] = False,
) -> None:
    """Print every event with its content as proto-JSON."""
    session = session_of(context)
    url = session.environment.get("TANDEM_NATS_URL")
    if not url:
        raise typer.BadParameter(
            say("no stack runs here: TANDEM_NATS_URL is not known", "未找到运行中的环境：TANDEM_NATS_URL 未知")
        )
    asyncio.run(_tail(url, service or list(STREAMS), since_start, session.as_json))


async def _tail(url: str, streams: list[str], since_start: bool, as_json: bool) -> None:
    import nats

    connection = await nats.connect(url, inbox_prefix=_INBOX)
    try:
        broker = connection.jetstream()
        await asyncio.gather(*(_follow(broker, stream, since_start, as_json) for stream in streams))
    finally:
        await connection.close()


async def _follow(broker: JetStreamContext, stream: str, since_start: bool, as_json: bool) -> None:
    from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

    policy = DeliverPolicy.ALL if since_start else DeliverPolicy.NEW
    config = ConsumerConfig(deliver_policy=policy, ack_policy=AckPolicy.NONE, inactive_threshold=60)
    created = await broker.add_consumer(stream, config)
    pull = await broker.pull_subscribe_bind(created.name, stream)
    while True:
        try:
            messages = await pull.fetch(50, timeout=30)
        except TimeoutError:
            continue
        for message in messages:
            _print(message, as_json)


def _print(message: Msg, as_json: bool) -> None:
    headers = message.headers or {}
    event_type = headers.get("ce-type", message.subject)
    content = readable(event_type, message.data)
    if as_json:
        print(json.dumps({**headers, "data": content}, ensure_ascii=False), flush=True)
        return
    aggregate, sequence = headers.get("tandem-aggregate", ""), headers.get("tandem-sequence", "")
    console().print(f"[bold]{escape(event_type)}[/bold] {headers.get('ce-time', '')} {aggregate} #{sequence}")
    console().print(
        escape(json.dumps(content, ensure_ascii=False)) if content is not None else f"{len(message.data)} B"
    )


def add_to(parent: typer.Typer) -> None:
    """Add the commands."""
    parent.add_typer(app, name="events")
