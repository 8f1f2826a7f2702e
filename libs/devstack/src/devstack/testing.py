"""The whole stack under test: its addresses, its people's tokens, and a hand on every process."""

import json
import signal
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops.roles import ServiceDsns
from ops.topology import BY_NAME

from devstack.background import Background
from devstack.demo import create_demo_tenants, tenant_admin
from devstack.identity import add_issuer, mint_token
from devstack.keys import Keys
from devstack.output import files
from devstack.process import Process
from devstack.stack import Choices, Stack
from devstack.workloads import WorkloadIssuer


@dataclass(frozen=True)
class Grip:
    """A hand on one running process."""

    process: Process
    background: Background

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self.process.pid

    @property
    def running(self) -> bool:
        """Tell whether the process lives."""
        return self.process.running

    def kill(self) -> None:
        """Kill it and everything it started, and wait until it is gone."""
        self.process.kill_group()
        self.background.run(self.process.wait())

    def pause(self) -> None:
        """Freeze it."""
        self.process.send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen one go on."""
        self.process.send(signal.SIGCONT)

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self.background.run(self.process.stop())

    def end(self, grace: float) -> int:
        """Ask it to end, and return its exit status once it has; it is killed after `grace` seconds."""
        self.background.run(self.process.stop(grace))
        return self.background.run(self.process.wait())

    def start(self) -> None:
        """Start it again and wait until it is ready."""
        self.background.run(self.process.start())

    def restart(self) -> None:
        """Stop it in order and start it again."""
        self.stop()
        self.start()


class StackUnderTest:
    """A throwaway stack; `choices` are those of `devstack.stack.Choices`."""

    def __init__(self, folder: Path, background: Background, npm: Path, **choices: Any) -> None:
        self._background = background
        self.folder = folder
        chosen = Choices(throwaway=True, npm=npm, log_format="json", **choices)
        self._stack = Stack(folder, files(folder / "logs"), chosen)

    def up(self) -> None:
        """Bring everything up; raise StartFailed, with the culprit's last lines, when it does not come."""
        try:
            self._background.run(self._stack.up())
        except BaseException as failed:
            self.down()
            if culprit := getattr(failed, "culprit", None):
                failed.add_note(self.log(culprit)[-4000:])
            raise

    def down(self) -> None:
        """Stop everything."""
        self._background.run(self._stack.down())

    @property
    def url(self) -> str:
        """Return the gateway's address."""
        return self._stack.urls["gateway"]

    @property
    def gateway_urls(self) -> list[str]:
        """Return the addresses of all replicas of the gateway."""
        return self._stack.gateway_urls

    @property
    def ports(self) -> dict[str, int]:
        """Return every server's own port."""
        return self._stack.ports

    @property
    def traces_url(self) -> str:
        """Return where the services' traces are read, by Jaeger's query API."""
        return self._stack.urls["traces"]

    @property
    def environment(self) -> dict[str, str]:
        """Return what a client is told by its environment, as `.tandem/env` has it."""
        lines = (self.folder / "env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def issuer(self, name: str) -> str:
        """Return the URL of an issuer, opened now if there is none of that name."""
        return add_issuer(self._stack.identity.url, name)["issuer"]

    def token(self, issuer: str, external_id: str, **claims: Any) -> str:
        """Return a person's access token; see `devstack.identity.mint_token`."""
        return mint_token(self._stack.identity.url, issuer, external_id, **claims)

    def admin(self, *arguments: str) -> str:
        """Run `tandem-admin` with directory's secrets; returns what it printed."""
        return self._background.run(tenant_admin(self._stack, *arguments))

    def create_demo_tenants(self) -> None:
        """Create the tenants of a new stack, heron and osprey, once."""
        self._background.run(create_demo_tenants(self._stack))

    def create_tenant(self, name: str, *, first_admin: str = "admin", **traits: str) -> str:
        """Create a tenant with an issuer of its own; traits are options of `tandem-admin tenant create`.

        Returns the tenant's id.
        """
        options = [part for key, value in traits.items() for part in (f"--{key.replace('_', '-')}", value)]
        issuer = self.issuer(name)
        options += ["--name", name, "--issuer", issuer, "--first-admin", first_admin]
        return self.admin("tenant", "create", *options).splitlines()[-1].split()[0]

    def __getitem__(self, process: str) -> Grip:
        return Grip(self._stack.runner.processes[process], self._background)

    @property
    def keys(self) -> Keys:
        """Return the services' keys; a file that is changed is taken over by the running processes."""
        return self._stack.keys

    @property
    def workloads(self) -> WorkloadIssuer:
        """Return what signs and renews the workload tokens."""
        return self._stack.workloads

    def secret_file(self, service: str, name: str) -> Path:
        """Return where a secret of the service lies: `uri-app`, `uri-worker` or `nats-password`."""
        return self._stack.secret_file(service, name)

    def crash_at(self, service: str, point: str) -> None:
        """Make the service (or one replica, `directory-2`) kill itself at the point; see `common.crash_points`."""
        folder = self.folder / "crash-points" / service
        folder.mkdir(parents=True, exist_ok=True)
        (folder / point).touch()

    def log(self, process: str) -> str:
        """Return everything the process has printed."""
        path = self.folder / "logs" / f"{process}.log"
        return path.read_text() if path.exists() else ""

    def mails(self, to: str | None = None) -> list[dict[str, Any]]:
        """Return the caught mails, newest first; fields as in `devstack.mail.box.Mail`."""
        query = f"?{urllib.parse.urlencode({'to': to})}" if to else ""
        with urllib.request.urlopen(f"{self._stack.urls['mail']}/api/mails{query}", timeout=10) as answer:  # noqa: S310
            mails: list[dict[str, Any]] = json.load(answer)["mails"]
            return mails

    def dsns(self, service: str) -> ServiceDsns:
        """Return the database URLs of a service."""
        return self._stack.dsns(BY_NAME[service])

    @property
    def superuser_dsn(self) -> str:
        """Return a URL (asyncpg) that sees every schema, for checkers."""
        return self._stack.postgres.admin_dsn

    def nats_url(self, user: str = "admin") -> str:
        """Return the broker's URL for a service's user, `admin` or `tail`."""
        return self._stack.broker.url_for(user)

    def make_database_folder(self) -> None:
        """Make the database's data folder anew, as on a first start, after a test has removed it."""
        self._background.run(self._stack.postgres.initialise())

    @property
    def nats_folder(self) -> Path:
        """Return the broker's folder, with its store in `store`."""
        return self._stack.broker.folder
