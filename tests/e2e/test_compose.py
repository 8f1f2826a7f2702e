"""The compose file brings the product up from nothing, in a network of its own, and again where it has been."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from devstack.container import first_held
from devstack.identity import mint_token
from devstack.ports import HOST, any_free
from ops.topology import SERVICES

pytestmark = pytest.mark.infra("docker")

ROOT = Path(__file__).parents[2]
# Named, and not all: the mail catcher and what observes cannot be had where nothing can be pulled.
NAMES = [service.name for service in SERVICES]
TENANT = ["--name", "heron", "--first-admin", "admin", "--locale", "en", "--zone", "Asia/Shanghai", "--calendar", "CN"]
Compose = Callable[..., str]


@pytest.fixture(scope="module")
def ports() -> tuple[int, int]:
    """Return where gateway and identity provider are to answer."""
    gateway, identity = any_free(2)
    return gateway, identity


@pytest.fixture(scope="module")
def compose(ports: tuple[int, int]) -> Iterator[Compose]:
    """Return a call of docker-compose on a project of the tests, which is taken away afterwards."""
    env = {
        **os.environ,
        "TANDEM_PORT": str(ports[0]),
        "TANDEM_IDENTITY_PORT": str(ports[1]),
        "TANDEM_POSTGRES_IMAGE": first_held("tandem-postgres:18", "postgres:18"),
        "TANDEM_NATS_IMAGE": first_held("tandem-nats:2", "nats:2.12"),
    }
    command = [ROOT / ".venv" / "bin" / "docker-compose", "-p", "tandem-test", "-f", ROOT / "deploy" / "compose.yaml"]

    def call(*arguments: str) -> str:
        done = subprocess.run([*command, *arguments], env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(arguments)}: {done.stdout[-2000:]}{done.stderr[-3000:]}"
        return done.stdout

    remove = ("down", "--volumes", "--remove-orphans")
    # What a killed run has left has other passwords and ports.
    call(*remove)
    yield call
    call(*remove)


def me(ports: tuple[int, int], token: str) -> dict[str, Any]:
    """Return who the API says that the token's person is; the gateway asks for new issuers every ten seconds."""
    request = urllib.request.Request(f"http://{HOST}:{ports[0]}/v1/me", headers={"authorization": f"Bearer {token}"})
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as refused:
            if refused.code != 401 or time.monotonic() > deadline:
                raise
            time.sleep(1)


def test_a_tenant_lives_through_a_second_up(compose: Compose, ports: tuple[int, int]) -> None:
    identity = f"http://{HOST}:{ports[1]}"
    compose("up", "--detach", "--wait", *NAMES)
    # The keys' address is said, since only the gateway reaches the provider under the issuer's own.
    issuer = ["--issuer", f"{identity}/heron", "--jwks-uri", f"{identity}/heron/jwks"]
    compose("exec", "-T", "directory", "tandem-admin", "tenant", "create", *TENANT, *issuer)
    token = mint_token(identity, "heron", "admin", expires_in=3600)
    first = me(ports, token)
    assert first["kind"] == "person"

    compose("stop")
    compose("up", "--detach", "--wait", *NAMES)

    assert me(ports, token)["person_id"] == first["person_id"]
