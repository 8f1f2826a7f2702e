"""The `devstack` command: run the stack, and what goes with it."""

import argparse
import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from devstack.demo import create_demo_tenants
from devstack.identity import Refused, add_issuer, mint_token
from devstack.output import RUNNER, both, console, files, hushed, json_lines
from devstack.process import Sink, StartFailed
from devstack.stack import Choices, Stack, read_state


def main() -> None:
    """Run the command line."""
    arguments = _parser().parse_args()
    try:
        sys.exit(arguments.run(arguments))
    except (StartFailed, Refused) as failed:
        sys.exit(f"devstack: {failed}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="devstack", description="The whole stack on this machine.")
    parser.add_argument(
        "--state", type=Path, default=_default_state(), help="where the data lies (default: %(default)s)"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="bring everything up; Ctrl-C stops it")
    run.add_argument("--only", default="", help="comma-separated parts, with what they need")
    run.add_argument("--replicas", type=int, default=1, help="how often each service runs (default: 1)")
    run.add_argument("--partitions", type=int, default=1, help="parts into which services divide events (default: 1)")
    run.add_argument("--json", action="store_true", help="print JSON lines")
    run.set_defaults(run=_run)
    commands.add_parser("migrate", help="bring all schemas to their newest revision").set_defaults(run=_migrate)
    commands.add_parser("urls", help="print the addresses of the running stack").set_defaults(run=_urls)
    token = commands.add_parser("token", help="print an access token of a person")
    token.add_argument("external_id")
    token.add_argument("--issuer", default="heron", help="name or URL (default: heron)")
    token.add_argument("--acr", help="how the person logged in")
    token.add_argument("--auth-time", type=int, help="when the person logged in, seconds since 1970 (default: now)")
    token.add_argument("--expires-in", type=int, help="seconds, at most 3600 (default: 300)")
    token.set_defaults(run=_token)
    issuer = commands.add_parser("issuer", help="issuers of further tenants").add_subparsers(required=True)
    add = issuer.add_parser("add", help="open an issuer for a further tenant")
    add.add_argument("name")
    add.set_defaults(run=_add_issuer)
    return parser


def _default_state() -> Path:
    if state := os.environ.get("TANDEM_STATE"):
        return Path(state)
    here = Path.cwd()
    root = next((folder for folder in (here, *here.parents) if (folder / "uv.lock").exists()), here)
    return root / ".tandem"


def _run(arguments: argparse.Namespace) -> int:
    sink = json_lines() if arguments.json else console()
    only = tuple(part.strip() for part in arguments.only.split(",") if part.strip())
    choices = Choices(
        only=only,
        log_format="json" if arguments.json else "console",
        replicas=max(1, arguments.replicas),
        partitions=max(1, arguments.partitions),
    )
    return asyncio.run(
        _up_and_wait(Stack(arguments.state, both(hushed(sink), files(arguments.state / "logs")), choices), sink)
    )


async def _up_and_wait(stack: Stack, sink: Sink) -> int:
    began = time.monotonic()
    stop = _stop_on_signals(stack)
    work = asyncio.create_task(_serve(stack, sink, began))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([work, stopped], return_when=asyncio.FIRST_COMPLETED)
    status = 0
    if work.done() and (failed := work.exception()):
        sink(RUNNER, f"FAILED {failed}")
        status = 1
    work.cancel()
    sink(RUNNER, "stopping (Ctrl-C again kills)")
    await stack.down()
    sink(RUNNER, "stopped")
    return status


async def _serve(stack: Stack, sink: Sink, began: float) -> None:
    await stack.up()
    if {"directory", "identity"} <= set(stack.runner.names):
        await create_demo_tenants(stack)
    sink(RUNNER, f"All up in {time.monotonic() - began:.1f} s")
    for name, url in stack.urls.items():
        sink(RUNNER, f"  {name:<14} {url}")
    name, status = await stack.runner.first_ended()
    raise StartFailed(name, f"ended by itself with status {status}")


def _stop_on_signals(stack: Stack) -> asyncio.Event:
    stop = asyncio.Event()

    def heard() -> None:
        if stop.is_set():
            stack.runner.kill()
            os._exit(130)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, heard)
    return stop


def _migrate(arguments: argparse.Namespace) -> int:
    sink = console()

    async def migrate() -> None:
        stack = Stack(arguments.state, hushed(sink))
        stack.runner.keep_only([name for name in stack.runner.names if name.endswith("migrations")])
        try:
            await stack.up()
        finally:
            await stack.down()

    asyncio.run(migrate())
    sink(RUNNER, "every schema is at its newest revision")
    return 0


def _urls(arguments: argparse.Namespace) -> int:
    for name, url in _state(arguments)["urls"].items():
        print(f"{name:<14} {url}")
    return 0


def _token(arguments: argparse.Namespace) -> int:
    claims = {"acr": arguments.acr, "auth_time": arguments.auth_time, "expires_in": arguments.expires_in}
    print(mint_token(_state(arguments)["urls"]["identity"], arguments.issuer, arguments.external_id, **claims))
    return 0


def _add_issuer(arguments: argparse.Namespace) -> int:
    print(add_issuer(_state(arguments)["urls"]["identity"], arguments.name)["issuer"])
    return 0


def _state(arguments: argparse.Namespace) -> dict[str, dict[str, str]]:
    state = read_state(arguments.state)
    if not state:
        raise StartFailed("stack", f"none has run in {arguments.state}; `make run` starts one")
    return state


if __name__ == "__main__":
    main()
