"""The composition root: `python -m gateway serve | migrate | version`."""

import asyncio
import signal
import sys
from importlib.metadata import version
from urllib.parse import urlsplit

import httpx2
import uvloop
from common.blobs import Blobs
from common.broker import connect_broker
from common.grpc_client import Callees
from common.identity import TokenMint
from common.keyring import fetch_with
from common.logging import attach_logging, configure_logging, get_logger
from common.process_telemetry import watch_process
from common.sealed import MasterKeys
from common.settings import read_settings
from common.telemetry import Telemetry
from common.workload_settings import own_tokens
from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.types import ASGIApp

from gateway.app import create_app
from gateway.clients import Stubs
from gateway.directory import Directory
from gateway.edge import Edge
from gateway.farewell import Farewell
from gateway.files import Files
from gateway.issuers import Issuers
from gateway.live import Hints
from gateway.sessions import Sessions
from gateway.settings import GatewaySettings
from gateway.tokens import AccessTokens

NAME = "gateway"
DRAIN = 20.0
# How long clients are asked to come back on another connection before this process stops listening.
FAREWELL = 1.0
log = get_logger(__name__)


def main() -> None:
    """Run the command on the command line."""
    verb = sys.argv[1] if len(sys.argv) > 1 else "serve"
    if verb == "version":
        print(version("tandem-gateway"))
    elif verb == "serve":
        uvloop.run(serve(read_settings(GatewaySettings, NAME)))
    elif verb == "migrate":
        print("the gateway keeps no data: nothing to migrate")
    else:
        sys.exit(f"gateway: unknown command {verb!r}; use serve, migrate or version")


async def serve(settings: GatewaySettings) -> None:
    """Serve until SIGTERM or SIGINT, then drain: not ready, end what runs, close."""
    configure_logging(NAME, settings.log_format)
    telemetry = Telemetry.start(NAME, version("tandem-gateway"), settings.telemetry_listen)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    attach_logging(asyncio.get_running_loop())
    mint = TokenMint.load(NAME, settings.signing_key_file)
    callees = Callees(NAME, settings.callees, mint, own_tokens(settings))
    async with httpx2.AsyncClient() as http:
        edge = connect(settings, callees, mint, Issuers(fetch_with(http)))
        beside = [
            asyncio.create_task(edge.issuers.follow(edge.directory.list_issuers, settings.issuers_poll_seconds)),
            # Hints are a comfort: without a broker the gateway serves all the same.
            asyncio.create_task(hear_hints(edge, settings)),
        ]
        if telemetry.measures:
            beside += watch_process(lambda: edge.hints.connected)
        await run(create_app(edge), edge, settings.listen, stop)
        for task in beside:
            task.cancel()
        await edge.hints.close()
    await callees.close()
    telemetry.stop()


def connect(settings: GatewaySettings, callees: Callees, mint: TokenMint, issuers: Issuers) -> Edge:
    """Return the gateway's objects over these channels."""
    stubs = Stubs(callees.channel)
    directory = Directory(stubs.directory, mint)
    keys = MasterKeys.load(settings.master_key_file)
    sessions, hints = Sessions(directory.resolve, mint), Hints()
    hints.on_standing = sessions.forget
    return Edge(
        issuers=issuers,
        tokens=AccessTokens(issuers),
        sessions=sessions,
        directory=directory,
        stubs=stubs,
        mint=mint,
        master_keys=keys,
        files=Files(Blobs.open(settings.blobs), keys),
        hints=hints,
    )


async def hear_hints(edge: Edge, settings: GatewaySettings) -> None:
    """Connect to NATS for good and hear what services hint at."""
    await edge.hints.listen(await connect_broker(NAME, settings))


async def run(app: ASGIApp, edge: Edge, listen: str, stop: asyncio.Event) -> None:
    """Serve the app in this process and loop, so that channels and keys exist once."""
    place = urlsplit(f"//{listen}")
    server = Server(
        Farewell(app, edge),
        address=place.hostname or "127.0.0.1",
        port=place.port or 8080,
        interface=Interfaces.ASGINL,
        websockets=False,
        log_enabled=False,
    )
    serving = asyncio.create_task(server.serve())
    log.info("serving", listen=listen)
    await asyncio.wait([serving, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    edge.drain()
    await asyncio.wait([serving], timeout=FAREWELL)
    server.stop()  # type: ignore[no-untyped-call]
    await asyncio.wait([serving], timeout=DRAIN)


if __name__ == "__main__":
    main()
