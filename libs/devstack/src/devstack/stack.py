"""The whole product on one machine: servers, what they must hold, and every service as its own process."""

import asyncio
import fcntl
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from ops.permissions import TAIL
from ops.roles import ServiceDsns, create_database, create_roles
from ops.topology import SERVICES, STORED, ServiceSpec

from devstack.broker import Broker
from devstack.identity import MACHINE_CLIENT, PORTAL_CLIENT, IdentityProvider
from devstack.keys import Keys, write_private
from devstack.migrations import Migrations
from devstack.passwords import Passwords
from devstack.ports import HOST, PREFERRED, choose
from devstack.postgres import DURABLE, FAST, SUPERUSER, Postgres
from devstack.probes import grpc_serving, http_ok
from devstack.process import Process, Sink, StartFailed
from devstack.programs import ImagePrograms, InstalledPrograms, Programs
from devstack.runner import Runner
from devstack.service_environment import service_environment, telemetry_of
from devstack.streams import create_streams
from devstack.workloads import WorkloadIssuer

ISSUERS = ("heron", "osprey")
# Lives of workload tokens in seconds, as in a cluster, and so short that every longer test sees them renewed.
TOKEN, THROWAWAY_TOKEN = 600.0, 90.0


@dataclass(frozen=True)
class Choices:
    """How a stack is run: `only` names the parts wanted, `throwaway` trades durability for speed and any ports.

    `npm` is where npm packages are installed (default: in the stack's folder). `through` gives `postgres`, `nats` or a
    service's instance another port than its own by which the services reach it, so that a test can stand between them.
    `traces` has services export telemetry. `replicas` is how often each service runs, `partitions` into how many parts
    it divides what it consumes. `containers` runs the servers and services from their images.
    """

    only: tuple[str, ...] = ()
    throwaway: bool = False
    npm: Path | None = None
    log_format: str = "console"
    through: Mapping[str, int] = field(default_factory=dict)
    traces: bool = True
    replicas: int = 1
    partitions: int = 1
    containers: bool = False


class Stack:
    """One stack with its data under one folder; only one runs there at a time."""

    def __init__(self, folder: Path, sink: Sink, choices: Choices | None = None) -> None:
        self.folder = folder.resolve()
        self.sink = sink
        self.choices = choices or Choices()
        self.programs: Programs = ImagePrograms(self.folder) if self.choices.containers else InstalledPrograms()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = self._take_lock()
        before = read_state(self.folder).get("ports", {})
        replicas = [name for service in SERVICES for name in self.instances(service.name)]
        names = [*PREFERRED, *replicas, *map(telemetry_of, replicas)]
        self.ports = choose(dict.fromkeys(names), before, any_port=self.choices.throwaway)
        self.passwords = Passwords(self.folder / "secrets" / "passwords.json")
        self.keys = Keys(self.folder / "secrets" / "keys")
        self.keys.create()
        life = THROWAWAY_TOKEN if self.choices.throwaway else TOKEN
        self.workloads = WorkloadIssuer(self.folder / "secrets" / "workloads", life)
        self._renewing: asyncio.Task[None] | None = None
        settings = FAST if self.choices.throwaway else DURABLE
        self.postgres = Postgres(self.folder / "postgres", self.ports["postgres"], self.passwords[SUPERUSER], settings)
        self.broker = Broker(
            self.folder / "nats",
            self.ports["nats"],
            self.ports["nats-monitor"],
            self.passwords,
            durable=not self.choices.throwaway,
            consumer_partitions=self.choices.partitions,
        )
        self.identity = IdentityProvider(
            self.choices.npm or self.folder / "npm",
            self.folder / "identity",
            self.ports["identity"],
            self.passwords,
            ISSUERS,
        )
        self._keep_issuers(before)
        self.runner = self._runner()
        if self.choices.only:
            self.runner.keep_only(self.choices.only)

    async def up(self) -> None:
        """Bring everything up; raise StartFailed naming the culprit."""
        (self.folder / "blobs").mkdir(exist_ok=True)
        self._write_secrets()
        self.workloads.open()
        self._renewing = asyncio.create_task(self.workloads.keep_renewing())
        self._write_state()
        await self.runner.up()
        self._write_state()

    async def down(self) -> None:
        """Stop everything and let the next stack have the folder."""
        await self.runner.down()
        if self._renewing is not None:
            self._renewing.cancel()
        self._lock.close()

    @property
    def urls(self) -> dict[str, str]:
        """Return the addresses people and programs use, of the parts that are wanted."""
        gateway, *others = self.gateway_urls
        mail = f"http://{HOST}:{self.ports['mail']}"
        further = {f"gateway {number}": url for number, url in enumerate(others, start=2)}
        issuers = {f"issuer {name}": self.identity.issuer(name) for name in ISSUERS}
        of_part = {
            "gateway": {"gateway": gateway, **further, "docs": f"{gateway}/docs"},
            "mail": {"mail": mail},
            "traces": {"traces": f"http://{HOST}:{self.ports['traces']}"},
            "identity": {"identity": self.identity.url, **issuers},
        }
        return {name: url for part, urls in of_part.items() if part in self.runner.names for name, url in urls.items()}

    @property
    def gateway_urls(self) -> list[str]:
        """Return the address of each replica of the gateway."""
        return [f"http://{HOST}:{self.ports[instance]}" for instance in self.instances("gateway")]

    def environment(self, service: ServiceSpec, instance: str = "") -> dict[str, str]:
        """Return the settings of a service, without the owner's database URL; `instance` names one of its replicas."""
        return service_environment(self, service, instance or service.name)

    def instances(self, service: str) -> list[str]:
        """Return the names of a service's replicas; the first has the service's own."""
        return [service, *(f"{service}-{number}" for number in range(2, self.choices.replicas + 1))]

    def way_to(self, server: str) -> int:
        """Return the port by which the services reach a server, or one instance of a service."""
        return self.choices.through.get(server, self.ports[server])

    def secret_file(self, service: str, name: str) -> Path:
        """Return where a secret of the service lies: `uri-app`, `uri-worker` or `nats-password`."""
        return self.folder / "secrets" / service / name

    def dsns(self, service: ServiceSpec) -> ServiceDsns:
        """Return the database URLs of a service."""
        return self.postgres.dsns(service.package, self.passwords)

    def _runner(self) -> Runner:
        runner = Runner(self.folder / "pids.json")
        runner.add_work("database folder", lambda: self.programs.prepare(self.postgres))
        runner.add(self.programs.postgres(self.postgres, self.sink), ["database folder"])
        runner.add_work("roles", self._create_roles, ["postgres"])
        runner.add(self.programs.nats(self.broker, self.sink))
        runner.add_work("streams", lambda: create_streams(self.broker), ["nats"])
        runner.add_work("npm packages", self.identity.install)
        runner.add(self.identity.process(self.sink), ["npm packages"])
        runner.add(self._mail())
        runner.add(self._traces())
        migrations = Migrations(self.folder / "migrated.json", self.sink, self.programs)
        for service in SERVICES:
            needs = ["streams", *(["traces"] if self.choices.traces else [])]
            if service.has_database:
                migrate = f"{service.name} migrations"
                runner.add_work(migrate, migrations.of(service, self.dsns(service).owner), ["roles"])
                needs += [migrate]
            # The gateway is ready only once directory has told it the issuers.
            needs += {"gateway": ["identity", "directory"], "notification": ["mail"]}.get(service.name, [])
            for instance in self.instances(service.name):
                runner.add(self._service(service, instance), needs)
                # One after the other: all at once they would keep each other from starting.
                needs = [*needs, instance]
        return runner

    def _service(self, service: ServiceSpec, instance: str) -> Process:
        port = self.ports[instance]
        ready = grpc_serving(port) if service.has_database else http_ok(port, "/healthz/ready")
        env = self.environment(service, instance)
        return self.programs.service(instance, "serve", env=env, sink=self.sink, ready=ready)

    def _mail(self) -> Process:
        ports = [str(self.ports["smtp"]), str(self.ports["mail"])]
        command = [sys.executable, "-m", "devstack.mail", str(self.folder / "mail"), *ports]
        return Process("mail", command, ready=http_ok(self.ports["mail"], "/healthz"), sink=self.sink)

    def _traces(self) -> Process:
        port = self.ports["traces"]
        command = [sys.executable, "-m", "devstack.traces", str(port)]
        return Process("traces", command, ready=http_ok(port, "/healthz"), sink=self.sink)

    async def _create_roles(self) -> None:
        await create_database(self.postgres.admin_dsn)
        await create_roles(self.postgres.admin_dsn, self.passwords.of_role, STORED)

    def _keep_issuers(self, before: dict[str, int]) -> None:
        # Tenants know their issuer by its URL, so its port cannot change any more.
        port = before.get("identity", self.ports["identity"])
        if port != self.ports["identity"]:
            raise StartFailed("identity", f"port {port} is taken, and tenants know the issuers by it; free it")

    def _take_lock(self) -> IO[str]:
        lock = (self.folder / "lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise StartFailed("stack", f"one is running in {self.folder} already") from None
        return lock

    def _write_secrets(self) -> None:
        for service in SERVICES:
            secrets = {"nats-password": self.broker.password(service.name)}
            if service.has_database:
                dsns = replace(self.postgres, port=self.way_to("postgres")).dsns(service.package, self.passwords)
                secrets |= {"uri-app": dsns.app, "uri-worker": dsns.worker}
            for name, content in secrets.items():
                path = self.secret_file(service.name, name)
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                write_private(path, content)

    def _write_state(self) -> None:
        running = {name: process.pid for name, process in self.runner.processes.items() if process.running}
        state = {
            "runner": os.getpid(),
            "ports": self.ports,
            "urls": self.urls,
            "issuers": {name: self.identity.issuer(name) for name in ISSUERS},
            "processes": running,
        }
        (self.folder / "stack.json").write_text(json.dumps(state, indent=2) + "\n")
        env = self.folder / "env"
        env.touch(mode=0o600)
        env.write_text("".join(f"{name}={value}\n" for name, value in self._client_environment().items()))

    def _client_environment(self) -> dict[str, str]:
        issuer = self.identity.issuer(ISSUERS[0])
        return {
            "TANDEM_URL": ",".join(self.gateway_urls),
            "TANDEM_ISSUER": issuer,
            "TANDEM_TOKEN_URL": f"{issuer}/token",
            "TANDEM_DEV_TOKEN_URL": f"{self.identity.url}/dev/token",
            "TANDEM_CLIENT_ID": MACHINE_CLIENT,
            "TANDEM_CLIENT_SECRET": self.identity.machine_secret,
            "TANDEM_PORTAL_CLIENT_ID": PORTAL_CLIENT,
            "TANDEM_NATS_URL": self.broker.url_for(TAIL),
            "TANDEM_MAIL_URL": f"http://{HOST}:{self.ports['mail']}",
        }


def read_state(folder: Path) -> dict[str, Any]:
    """Return what the last run wrote, empty if there was none."""
    path = folder / "stack.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}
