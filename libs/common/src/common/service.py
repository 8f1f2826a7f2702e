"""The frame every service stands in: start, health, workers, drain, and the `serve | migrate | version` command."""

import asyncio
import importlib
import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import grpc.aio
import uvloop
from alembic.script import ScriptDirectory
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1._async import HealthServicer
from nats.aio.client import Client

from common.audit_chain import AuditChainer
from common.broker import connect_broker
from common.clock import Clock, ClockOffsets
from common.crash_points import VARIABLE
from common.database import Database
from common.dead_letters import GivenUp
from common.due import Deadline, DueSweeper
from common.events import Reaction
from common.grpc_client import Callees
from common.grpc_server import CallInterceptor
from common.grpc_telemetry import ServerTelemetry
from common.hints import hints_of
from common.identity import TokenMint, TokenVerifier
from common.inbox import Consumer
from common.logging import attach_logging, configure_logging, get_logger
from common.migrations import alembic_config, migrate
from common.operations import JobRunner, Work
from common.operations_servicer import OperationsServicer
from common.outbox import Relay
from common.pagination import PageTokens
from common.process_telemetry import watch_service
from common.quiet import QuietAnswer
from common.retention import Retention
from common.sealed import MasterKeys
from common.settings import MigrationSettings, ServiceSettings, read_settings
from common.shares import Shares
from common.snapshots import PUBLISH_SNAPSHOT, Snapshot, SnapshotServicer, publish_snapshots
from common.streams import CONSUMES, PUBLISHERS, partitions
from common.telemetry import Telemetry
from common.workload_settings import known_workloads, own_tokens

DRAIN = 20.0
_SERVER_OPTIONS = [
    ("grpc.max_connection_age_ms", 300_000),
    ("grpc.max_connection_age_grace_ms", 30_000),
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 30_000),
    # Else the callers' keepalive on an idle channel is answered by GOAWAY too_many_pings.
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.so_reuseport", 0),
]
log = get_logger(__name__)


@dataclass
class Parts:
    """What the frame hands to a service's own wiring."""

    settings: ServiceSettings
    database: Database
    callees: Callees
    nats: Client
    clock: Clock
    master_keys: MasterKeys
    page_tokens: PageTokens


@dataclass
class Wiring:
    """What a service plugs into the frame; workers are further loops with `run()` and `stop()`."""

    add_servicers: Callable[[grpc.aio.Server], None]
    reactions: Sequence[Reaction] = ()
    deadlines: Mapping[str, Deadline] = field(default_factory=dict)
    jobs: Mapping[str, Work] = field(default_factory=dict)
    snapshots: Mapping[str, Snapshot] = field(default_factory=dict)
    workers: Sequence[Any] = ()


def migrations_folder(package: str) -> Path:
    """Return the package's migrations: beside `src/` in the repository, inside the package in an image."""
    home = Path(str(importlib.import_module(package).__file__)).parent
    beside = home.parents[1] / "migrations"
    return beside if beside.is_dir() else home / "migrations"


class Service:
    """One service process; `wire` is called once everything it needs is connected."""

    def __init__(
        self,
        name: str,
        package: str,
        wire: Callable[[Parts], Wiring],
        settings: type[ServiceSettings] = ServiceSettings,
    ) -> None:
        self.name = name
        self.package = package
        self._wire = wire
        self._settings_type = settings
        self._workers: list[Any] = []

    def cli(self) -> None:
        """Run the command on the command line: serve, migrate or version."""
        verb = sys.argv[1] if len(sys.argv) > 1 else "serve"
        if verb == "version":
            print(self._version())
        elif verb == "migrate":
            settings = read_settings(MigrationSettings, self.name)
            migrate(migrations_folder(self.package), settings.secret("dsn_owner").read())
        elif verb == "serve":
            uvloop.run(self.serve())
        else:
            sys.exit(f"{self.name}: unknown command {verb!r}; use serve, migrate or version")

    def _version(self) -> str:
        try:
            return version(f"tandem-{self.name}")
        except PackageNotFoundError:
            return "0"

    async def serve(self) -> None:
        """Serve until SIGTERM or SIGINT, then drain: no new calls, end what runs, acknowledge, close."""
        settings = read_settings(self._settings_type, self.name)
        if settings.environment == "production" and VARIABLE in os.environ:
            sys.exit(f"{self.name}: production does not run with {VARIABLE}")
        configure_logging(self.name, settings.log_format)
        telemetry = Telemetry.start(self.name, self._version(), settings.telemetry_listen)
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        attach_logging(loop)
        broker = await connect_broker(self.name, settings)
        offsets = ClockOffsets(allowed=settings.environment != "production")
        await offsets.load(broker)
        clock = Clock(offsets)
        master_keys = MasterKeys.load(settings.master_key_file)
        database = self._database(settings, clock, master_keys, broker)
        page_tokens = PageTokens.load(settings.page_key_file)
        mint = TokenMint.load(self.name, settings.signing_key_file)
        callees = Callees(self.name, settings.callees, mint, own_tokens(settings))
        wiring = self._wire(Parts(settings, database, callees, broker, clock, master_keys, page_tokens))
        server, health = self._server(settings, database, wiring, page_tokens)
        await server.start()
        tasks = self._start_workers(settings, database, broker, wiring)
        if settings.environment != "production":
            tasks.append(asyncio.create_task(offsets.watch(broker)))
            quiet = QuietAnswer(database, self._sweeper, self._consumers, self._shares)
            await broker.subscribe(f"quiet.{self.name}", cb=quiet.answer)
        if telemetry.measures:
            tasks += watch_service(database, self._consumers, lambda: broker.is_connected)
        tasks.append(asyncio.create_task(self._watch_readiness(database, health)))
        await health.set("liveness", health_pb2.HealthCheckResponse.SERVING)
        await health.set("startup", health_pb2.HealthCheckResponse.SERVING)
        log.info("serving", listen=settings.listen)
        await stop.wait()
        await self._drain(server, health, tasks, broker, callees, database)
        telemetry.stop()

    def _database(self, settings: ServiceSettings, clock: Clock, master_keys: MasterKeys, broker: Client) -> Database:
        database = Database(
            settings.secret("dsn_app"),
            settings.secret("dsn_worker"),
            service=self.name,
            clock=clock,
            master_keys=master_keys,
        )
        database.send_hint = hints_of(self.name, broker)
        return database

    def _server(
        self, settings: ServiceSettings, database: Database, wiring: Wiring, page_tokens: PageTokens
    ) -> tuple[grpc.aio.Server, HealthServicer]:
        verifier = TokenVerifier(settings.trust_file)
        self._workloads = known_workloads(self.name, settings)
        guard = CallInterceptor(self.name, verifier, self._workloads)
        server = grpc.aio.server(interceptors=[ServerTelemetry(), guard], options=_SERVER_OPTIONS)
        health = HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(health, server)
        OperationsServicer(database, page_tokens).add_to(server)
        SnapshotServicer(database, wiring.snapshots).add_to(server)
        wiring.add_servicers(server)
        server.add_insecure_port(settings.listen)
        return server, health

    def _start_workers(
        self, settings: ServiceSettings, database: Database, broker: Client, wiring: Wiring
    ) -> list[asyncio.Task[None]]:
        # Containers may share a host name and a process id; and who starts again is another holder.
        holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._sweeper = DueSweeper(database, wiring.deadlines)
        self._shares = Shares(database, holder)
        self._consumers = [
            Consumer(database, broker, source, wiring.reactions, partition=part, lease=self._shares.lease(name))
            for source in CONSUMES[self.name]
            for part in partitions(settings.consumer_partitions)
            for name in [f"consume/{source}/{part.durable(self.name)}"]
        ]
        self._workers = [self._sweeper, self._shares, *self._consumers, *wiring.workers]
        self._workers.append(AuditChainer(database, holder))
        if CONSUMES[self.name]:
            self._workers.append(GivenUp(database, broker))
        self._workers.append(Retention(database))
        jobs = {PUBLISH_SNAPSHOT: publish_snapshots(wiring.snapshots), **wiring.jobs}
        self._workers.append(JobRunner(database, jobs))
        if self.name in PUBLISHERS:
            relay = Relay(database, broker, holder)
            database.on_publish(relay.wake)
            self._workers.append(relay)
        return [asyncio.create_task(self._keep_running(worker)) for worker in self._workers]

    async def _keep_running(self, worker: Any) -> None:
        """Run a worker to its end; one that dies is started again, loudly."""
        while True:
            try:
                await worker.run()
                return
            except Exception as failed:
                log.error("worker_died", worker=type(worker).__name__, error=type(failed).__name__, exc_info=True)
                await asyncio.sleep(1)

    async def _watch_readiness(self, database: Database, health: HealthServicer) -> None:
        head = ScriptDirectory.from_config(alembic_config(migrations_folder(self.package), "")).get_current_head()
        while True:
            try:
                async with asyncio.timeout(3):
                    ready = await database.is_ready(head or "")
                    ready = ready and (self._workloads is None or await self._workloads.ready())
            except Exception as failed:
                log.warning("not_ready", error=type(failed).__name__)
                ready = False
            status = health_pb2.HealthCheckResponse
            await health.set("readiness", status.SERVING if ready else status.NOT_SERVING)
            await asyncio.sleep(5 if ready else 0.5)

    async def _drain(
        self,
        server: grpc.aio.Server,
        health: HealthServicer,
        tasks: list[asyncio.Task[None]],
        broker: Client,
        callees: Callees,
        database: Database,
    ) -> None:
        working, watching = tasks[: len(self._workers)], tasks[len(self._workers) :]
        # Among them is the one that would say again that this process is ready.
        for task in watching:
            task.cancel()
        await health.set("readiness", health_pb2.HealthCheckResponse.NOT_SERVING)
        for worker in self._workers:
            worker.stop()
        # Side by side: one after the other could take longer than a pod is given.
        (_, late), _ = await asyncio.gather(asyncio.wait(working, timeout=DRAIN), server.stop(DRAIN))
        for task in late:
            task.cancel()
        try:
            async with asyncio.timeout(3):
                await broker.drain()
        except Exception:
            # A drain while reconnecting is refused; there is nothing of ours left to flush.
            await broker.close()
        await callees.close()
        await database.close()
